import type { Executor } from '../executor'
import { checkedWebgpu } from './checkedWebgpu'
import { openDawn } from './dawn'

/**
 * The executor on the machine's graphics processor. Its `detail` names the adapter.
 * @throws ShiftscopeError `device/unusable` with the reason where there is none, or where it computes wrongly
 */
export async function webgpuExecutor(): Promise<Executor> {
  return checkedWebgpu(await openDawn())
}
