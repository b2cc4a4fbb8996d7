import { inspectFile } from '../../formats/inspectFile'
import type { Job } from '../job'

export const inspect: Job<'inspect'> = ({ path }) => inspectFile(path)
