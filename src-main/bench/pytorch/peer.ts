import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { StepTimes } from '../step'
import { stepLatents, type StepShape } from '../../training/stepWorkload'

/** Debian's python3-torch belongs to the system's Python, whatever else is first on the path. */
const interpreters = ['/usr/bin/python3', 'python3']
/** Longest that some steps, or the start, may take. */
const answerMilliseconds = 60_000
const readySchema = z.object({ torch: z.string() })
const timesSchema = z.object({ batch: z.array(z.number()), step: z.array(z.number()) })

/** PyTorch in a process of its own, which sleeps unless asked for steps. */
export interface PyTorch {
  readonly version: string
  steps(count: number): Promise<StepTimes[]>
  close(): void
}

function scriptPath(): string {
  const parts = ['src-main', 'bench', 'pytorch', 'trainingStep.py']
  let directory = import.meta.dirname
  while (!existsSync(join(directory, ...parts)) && dirname(directory) !== directory)
    directory = dirname(directory)
  return join(directory, ...parts)
}

async function start(
  interpreter: string,
  { genes, perturbations, nonZero }: StepShape,
  threads: number,
): Promise<PyTorch> {
  const numbers = [genes, perturbations, stepLatents, nonZero, threads].map(String)
  const child: ChildProcessWithoutNullStreams = spawn(interpreter, [scriptPath(), ...numbers])
  let errors = ''
  child.stderr.on('data', (piece: Buffer) => (errors += piece.toString()))
  // A process that is gone says so by the end of its answers.
  child.stdin.on('error', () => undefined)
  const failed = new Promise<never>((_, reject) => child.on('error', reject))
  failed.catch(() => undefined)
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextAnswer = async (): Promise<unknown> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), answerMilliseconds)
    const answer = await Promise.race([answers.next(), failed])
    clearTimeout(timer)
    if (answer.done) throw new Error(errors.trim().split('\n').at(-1) || 'PyTorch ended or took too long.')
    return JSON.parse(answer.value)
  }
  const { torch } = readySchema.parse(await nextAnswer())
  return {
    version: torch,
    steps: async (count) => {
      child.stdin.write(`${count}\n`)
      const { batch, step } = timesSchema.parse(await nextAnswer())
      return step.map((milliseconds, at) => ({ batch: batch[at], step: milliseconds }))
    },
    close: () => child.stdin.end(),
  }
}

/** Starts PyTorch on a workload, or says why that cannot be. */
export async function startPyTorch(shape: StepShape, threads: number): Promise<PyTorch | string> {
  let reason = ''
  for (const interpreter of interpreters) {
    try {
      return await start(interpreter, shape, threads)
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
    }
  }
  return reason
}
