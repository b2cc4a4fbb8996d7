import { publishedAdam } from '../adam'
import type { Inspection, ModelState } from '../executor'
import type { GraphBackend } from './graphBackend'
import { GraphSession } from './graphSession'
import type { NamedTensors } from '../model'
import { selfTestBatch, selfTestModel, selfTestState } from './selfTestModel'

/** What a backend makes of the model. */
interface Outcome {
  readonly inspection: Inspection
  readonly after: ModelState
}

/** Largest difference that is put down to float32, relative to the largest value that is compared with. */
const tolerance = 2e-4

async function outcomeOn(backend: GraphBackend): Promise<Outcome> {
  const session = new GraphSession(backend, selfTestModel, selfTestState())
  try {
    const batch = selfTestBatch()
    const inspection = await session.inspect(batch, 0.5, 'training')
    await session.step(batch, 0.5, publishedAdam)
    return { inspection, after: await session.state() }
  } finally {
    session.close()
  }
}

function largestOf(tensors: NamedTensors): number {
  return Object.values(tensors).reduce(
    (largest, values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), largest),
    0,
  )
}

/** Names a tensor that is not as expected; null when all are. */
function differing(actual: NamedTensors, expected: NamedTensors): string | null {
  const allowed = tolerance * largestOf(expected)
  for (const [name, values] of Object.entries(expected)) {
    const ours = actual[name]
    const right =
      ours.length === values.length && values.every((value, at) => Math.abs(ours[at] - value) <= allowed)
    if (!right) return name
  }
  return null
}

/**
 * Compares a small training step with the same step on another backend.
 * @returns what differs, in words; null when nothing does
 */
export async function findDifference(backend: GraphBackend, reference: GraphBackend): Promise<string | null> {
  const expected = await outcomeOn(reference)
  const actual = await outcomeOn(backend)
  const loss = actual.inspection.figures.loss
  const expectedLoss = expected.inspection.figures.loss
  if (!(Math.abs(loss / expectedLoss - 1) <= tolerance)) return `the loss is ${loss}, not ${expectedLoss}`
  const gradient = differing(actual.inspection.gradients, expected.inspection.gradients)
  if (gradient) return `the gradient by ${gradient} differs`
  const parameter = differing(actual.after.parameters, expected.after.parameters)
  if (parameter) return `${parameter} differs after a step`
  const statistic = differing(actual.after.statistics, expected.after.statistics)
  return statistic && `${statistic} differs after a step`
}
