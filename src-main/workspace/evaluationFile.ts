import { evaluationSchema, type Evaluation } from '@contract/evaluation'
import { checkDocument, parseText, readTextIfThere } from './documents'
import { runPaths } from './projectPaths'
import { writeFileBeside } from './writeBeside'

const hint = 'Delete the file and evaluate the run again.'

/** Writes `evaluation.json` of a run. The caller holds the project's lock. */
export async function writeEvaluation(directory: string, evaluation: Evaluation): Promise<void> {
  const checked = evaluationSchema.parse(evaluation)
  await writeFileBeside(
    runPaths(directory, evaluation.run).evaluation,
    `${JSON.stringify(checked, null, 2)}\n`,
  )
}

/** What a run was evaluated to; null where it was not. @throws `document/broken`, `document/invalid` */
export async function readEvaluation(directory: string, run: string): Promise<Evaluation | null> {
  const file = runPaths(directory, run).evaluation
  const text = await readTextIfThere(file)
  return text === null ? null : checkDocument(evaluationSchema, parseText(text, file, hint), file, hint)
}
