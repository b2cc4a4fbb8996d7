import type { Executor } from '../executor'
import { noiseTensors } from '../drawNoise'
import { openGraphicsPage } from '../remote/openGraphicsPage'
import { parentPort } from '../remote/parentPort'
import { remoteExecutor } from '../remote/remoteExecutor'
import { checkedWebgpu } from './checkedWebgpu'
import { openDawn } from './dawn'

/**
 * The executor on the machine's graphics processor: Dawn in Node; on the desktop, where Dawn for Node cannot run, a hidden
 * page with the WebGPU of Electron's Chromium. Its `detail` names the adapter.
 * @throws ShiftscopeError `device/unusable` with the reason where there is none, or where it computes wrongly
 */
export async function webgpuExecutor(): Promise<Executor> {
  const main = parentPort()
  return main ? remoteExecutor(() => openGraphicsPage(main)) : checkedWebgpu(await openDawn(), noiseTensors)
}
