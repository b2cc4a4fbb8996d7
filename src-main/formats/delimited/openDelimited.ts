import { ShiftscopeError } from '@contract/errors'
import type { CountsFile } from '../countsFile'

export function openDelimited(path: string): Promise<CountsFile> {
  return Promise.reject(new ShiftscopeError({ code: 'import/x', message: 'x', where: path, hint: 'x' }))
}
