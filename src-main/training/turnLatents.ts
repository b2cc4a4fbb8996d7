import type { Rotation } from '@contract/run'
import { someCells } from '../compute/cellRows'
import type { Executor, ModelState, Session } from '../compute/executor'
import type { Model, NamedTensors } from '../compute/model'
import { shiftTensor } from '../models/maskedShift'
import { multiply, transpose, zeroMatrix, type Matrix } from '../numerics/matrix'
import { RandomStream } from '../numerics/random'
import { randomRotation, sparseRotation, sparsityObjective } from '../numerics/sparseRotation'
import { breathe } from '../screen/longWork'
import { controlCell } from '../screen/screen'
import { startState } from './startState'
import type { TrainingData } from './trainingData'

const starts = 8
/** The prior's standard deviation. */
const scale = 1
/** Random starts first see a smoother objective. */
const smoothScale = 1.5
const cellsAtATime = 1000

/** Means over the training cells of each perturbation. */
interface GroupMeans {
  /** Perturbations × latents; zero where there is no cell. */
  readonly means: Matrix
  /** Training cells of each perturbation. */
  readonly cells: Float64Array
  /** Over all training cells. */
  readonly overall: Float64Array
}

/** Means of what the session's mean head gives, after a change of each value. */
async function meansOf(
  session: Session,
  data: TrainingData,
  change: (value: number) => number,
): Promise<GroupMeans> {
  const { latents } = session.model
  const means = zeroMatrix(data.perturbations, latents)
  const cells = new Float64Array(data.perturbations)
  const overall = new Float64Array(latents)
  for (let first = 0; first < data.trainingCells.length; first += cellsAtATime) {
    await breathe({})
    const some = data.trainingCells.subarray(first, first + cellsAtATime)
    const encoded = await session.encode(someCells(data, some))
    some.forEach((cell, row) => {
      const perturbation = data.perturbationOfCell[cell]
      if (perturbation !== controlCell) cells[perturbation] += 1
      for (let latent = 0; latent < latents; latent++) {
        const value = change(encoded[row * latents + latent])
        overall[latent] += value / data.trainingCells.length
        if (perturbation !== controlCell) means.values[perturbation * latents + latent] += value
      }
    })
  }
  means.values.forEach((sum, at) => {
    const count = cells[Math.floor(at / latents)]
    means.values[at] = count === 0 ? 0 : sum / count
  })
  return { means, cells, overall }
}

/**
 * What a row counts in the objective: the share of its squared distance from zero that is not the error of a mean over
 * so many cells, where the shift is as large as the scale. Rows of a few cells count less, held-out ones nothing;
 * control cells, whose prior mean is zero, are in no row.
 */
function weightsOf(cells: Float64Array): Float64Array {
  return cells.map((count) => count / (count + 1))
}

/** The columns of shifted latents. */
function ofShifted({ rows, columns, values }: Matrix, shifted: number): Matrix {
  return { rows, columns: shifted, values: values.filter((_, at) => at % columns < shifted) }
}

/** A rotation of the first latents which leaves those after them, of `size` in all, as they are. */
function leavingOthers(rotation: Matrix, size: number): Matrix {
  const all = identityOf(size)
  for (let row = 0; row < rotation.rows; row++) {
    const from = row * rotation.columns
    all.values.set(rotation.values.subarray(from, from + rotation.columns), row * size)
  }
  return all
}

function identityOf(size: number): Matrix {
  const { values } = zeroMatrix(size, size)
  for (let at = 0; at < size; at++) values[at * size + at] = 1
  return { rows: size, columns: size, values }
}

/** The best of eight starts, or the identity where none is better. */
async function sparsestRotation(
  shifts: Matrix,
  weights: Float64Array,
  seed: number,
): Promise<{ rotation: Matrix; report: Rotation }> {
  const identity = identityOf(shifts.columns)
  let best = { rotation: identity, objective: sparsityObjective(shifts, weights, scale) }
  const report = { identity: best.objective, starts: new Array<number>(), turned: false }
  for (let at = 0; at < starts; at++) {
    await breathe({})
    const random = () => randomRotation(shifts.columns, new RandomStream(seed, 'rotation', at))
    const start = at === 0 ? identity : sparseRotation(shifts, weights, smoothScale, random()).rotation
    const found = sparseRotation(shifts, weights, scale, start)
    report.starts.push(found.objective)
    if (found.objective >= best.objective) continue
    best = found
    report.turned = true
  }
  return { rotation: best.rotation, report }
}

/** A parameter as matrix, rows × columns. */
function matrixOf(values: Float32Array, columns: number): Matrix {
  return { rows: values.length / columns, columns, values }
}

/**
 * The values of a model after its latents z became z · R: the mean head gives R-turned means, the first layer of the
 * decoder takes them. The diagonal variances cannot be turned; the head starts from their mean over cells. Content
 * latents, which come after those that are turned, stay as they are.
 */
function turnedParameters(
  parameters: NamedTensors,
  ofShiftedLatents: Matrix,
  variances: Float64Array,
): NamedTensors {
  const latents = variances.length
  const shifted = ofShiftedLatents.rows
  const rotation = leavingOthers(ofShiftedLatents, latents)
  const floats = ({ values }: Matrix): Float32Array => Float32Array.from(values)
  const weight = parameters['encoder.mean.weight']
  const mean = matrixOf(weight, weight.length / latents)
  const varianceWeight = parameters['encoder.logVariance.weight']
  const turnedVariances = parameters['encoder.logVariance.bias'].map((bias, column) =>
    column < shifted
      ? Math.log(variances.reduce((sum, v, row) => sum + rotation.values[row * latents + column] ** 2 * v, 0))
      : bias,
  )
  return {
    ...parameters,
    'encoder.mean.weight': floats(multiply(transpose(rotation), mean)),
    'encoder.mean.bias': floats(multiply(matrixOf(parameters['encoder.mean.bias'], latents), rotation)),
    'encoder.logVariance.weight': varianceWeight
      .slice()
      .fill(0, 0, (varianceWeight.length / latents) * shifted),
    'encoder.logVariance.bias': turnedVariances,
    'decoder.layer0.weight': floats(
      multiply(matrixOf(parameters['decoder.layer0.weight'], latents), rotation),
    ),
  }
}

/**
 * The state in which a model goes on after the start of a run: latents turned so that each perturbation shifts few of
 * them (content latents are not turned), shifts as the data say, everything else of the next model and its optimiser anew.
 * @param session the start's, which stays as it is
 * @param next the model that goes on
 */
export async function turnLatents(
  session: Session,
  executor: Executor,
  next: Model,
  data: TrainingData,
  seed: number,
): Promise<{ state: ModelState; rotation: Rotation }> {
  const before = await session.state()
  const found = await meansOf(session, data, (mean) => mean)
  const { cells } = found
  const means = ofShifted(found.means, session.model.shiftedLatents)
  // The variance head gives its values where the mean head is read.
  const variances = executor.open(session.model, {
    ...before,
    parameters: {
      ...before.parameters,
      'encoder.mean.weight': before.parameters['encoder.logVariance.weight'],
      'encoder.mean.bias': before.parameters['encoder.logVariance.bias'],
    },
  })
  let overall: Float64Array
  try {
    ;({ overall } = await meansOf(variances, data, Math.exp))
  } finally {
    variances.close()
  }
  const { rotation, report } = await sparsestRotation(means, weightsOf(cells), seed)
  const fresh = startState(next, seed)
  return {
    state: {
      ...fresh,
      parameters: {
        ...fresh.parameters,
        ...turnedParameters(before.parameters, rotation, overall),
        [shiftTensor]: Float32Array.from(multiply(means, rotation).values),
      },
      statistics: before.statistics,
    },
    rotation: report,
  }
}
