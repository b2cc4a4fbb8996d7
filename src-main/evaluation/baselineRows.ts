import type { BaselineName, BaselineRow } from '@contract/baselines'
import { ShiftscopeError } from '@contract/errors'
import type { HeldOutLikelihood, SimilarPairs } from '@contract/evaluation'
import type { GroundTruth } from '../screen/groundTruth'
import type { LongWork } from '../screen/longWork'
import type { PreparedScreen } from '../screen/screen'
import { againstTruth, noSimilarPairs, noTruth, type Claims } from './againstTruth'
import { heldOutBaseline } from './heldOutBaseline'
import { icaBaseline, icaDefaults, type IcaBaseline } from './icaBaseline'
import type { MeanBaselineKind } from './meanBaselines'
import { logExpression, perturbationEffects, strataOf } from './perturbationEffects'
import { similarPairs, trueSimilarPairs } from './similarPairs'

export interface BaselineOptions {
  /** Of the linear row and of ICA, at most; as many as the models beside them have latents. */
  readonly components: number
  /** Columns of labels within whose levels perturbed and control cells are compared. */
  readonly compareWithin: readonly string[]
}

/** All simple rows of a screen. */
export interface BaselineResults {
  /** In the order of `baselineNames`. */
  readonly rows: BaselineRow[]
  /** Null where it cannot be computed; its row says why. */
  readonly ica: IcaBaseline | null
}

const meanKinds = {
  'control-mean': 'control mean',
  'perturbation-mean': 'perturbation mean',
  linear: 'linear',
} as const satisfies Record<Exclude<BaselineName, 'ica'>, MeanBaselineKind>
const meanNames = ['control-mean', 'perturbation-mean', 'linear'] as const

/** A value, or why it cannot be had. */
type Attempt<Value> = { readonly value: Value; readonly reason: null } | Failed
interface Failed {
  readonly value: null
  readonly reason: string
}
const failed = (reason: string): Failed => ({ value: null, reason })

/** What a screen does not allow becomes a reason; everything else (a cancellation, a defect) goes on up. */
async function attempt<Value>(work: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { value: await work(), reason: null }
  } catch (error) {
    if (error instanceof ShiftscopeError) return failed(error.message)
    throw error
  }
}

function missingPart<Part extends string>(
  part: Part,
  { reason }: Attempt<unknown>,
): { part: Part; reason: string }[] {
  return reason === null ? [] : [{ part, reason }]
}

/**
 * Computes the simple rows beside every model of a prepared screen. They see what models see: validation cells are left
 * out, and cells of held-out perturbations serve only for what is told of those.
 * @throws the signal's reason when cancelled
 */
export async function baselineRows(
  screen: PreparedScreen,
  options: BaselineOptions,
  { signal, onProgress }: LongWork = {},
): Promise<BaselineResults> {
  const rows: BaselineRow[] = []
  for (const [position, name] of meanNames.entries()) {
    onProgress?.(0.1 * position, `Computing the row "${meanKinds[name]}"`)
    rows.push(await meanRow(name, screen, options, { signal }))
  }
  const ica = await attempt(() =>
    independentComponents(screen, options, {
      signal,
      onProgress: (fraction, message) =>
        onProgress?.(fraction === null ? null : 0.3 + 0.7 * fraction, message),
    }),
  )
  return { rows: [...rows, icaRow(screen, ica)], ica: ica.value }
}

async function meanRow(
  baseline: (typeof meanNames)[number],
  screen: PreparedScreen,
  options: BaselineOptions,
  work: LongWork,
): Promise<BaselineRow> {
  const { truth } = screen
  const transfer: Attempt<HeldOutLikelihood> = screen.splitOfCell.includes('test')
    ? await attempt(() => heldOutBaseline(meanKinds[baseline], screen, options.components, work))
    : failed('No perturbation was held out.')
  const noLatents = truth ? 'The row has no latents.' : noTruth
  const pairs =
    truth && baseline === 'perturbation-mean'
      ? await pairsOfEffects(screen, truth, options, work)
      : failed(noLatents)
  return {
    baseline,
    transfer: transfer.value,
    edges: null,
    recovery: null,
    graph: null,
    geneLists: null,
    similarPairs: pairs.value,
    missing: [
      ...missingPart('transfer', transfer),
      { part: 'edges', reason: 'The row has no edges.' },
      ...(['recovery', 'graph', 'geneLists'] as const).map((part) => ({ part, reason: noLatents })),
      ...missingPart('similarPairs', pairs),
    ],
  }
}

/** Cells that a model is trained on, and those of held-out perturbations, ascending. */
function cellsToUse({ splitOfCell }: PreparedScreen): Uint32Array {
  return Uint32Array.from(splitOfCell.keys()).filter((cell) => splitOfCell[cell] !== 'validation')
}

function trainedOf({ heldOut }: PreparedScreen): Uint32Array {
  return Uint32Array.from(heldOut.keys()).filter((perturbation) => !heldOut[perturbation])
}

/** Similar perturbations by their shrunken effects on all genes: no model at all. */
async function pairsOfEffects(
  screen: PreparedScreen,
  truth: GroundTruth,
  { compareWithin }: BaselineOptions,
  work: LongWork,
): Promise<Attempt<SimilarPairs>> {
  const cells = cellsToUse(screen)
  const measured = await attempt(async () => {
    const strata = strataOf(screen, cells, compareWithin)
    return perturbationEffects(screen, strata, logExpression(screen, cells), work)
  })
  if (measured.value === null) return measured
  const trueShifts = { rows: screen.heldOut.length, columns: truth.latents.length, values: truth.shifts }
  const pairs = similarPairs(trueSimilarPairs(trueShifts, trainedOf(screen)), null, measured.value.effects)
  return pairs ? { value: pairs, reason: null } : failed(noSimilarPairs)
}

function independentComponents(
  screen: PreparedScreen,
  { components, compareWithin }: BaselineOptions,
  work: LongWork,
): Promise<IcaBaseline> {
  const trained = trainedOf(screen)
  return icaBaseline(
    screen,
    {
      ...icaDefaults,
      components: Math.min(components, trained.length),
      covariates: compareWithin,
      trained,
      cells: cellsToUse(screen),
    },
    work,
  )
}

/** Names of independent components: `IC1`, `IC2`, … */
export function componentNames({ shifts }: Pick<IcaBaseline, 'shifts'>): string[] {
  return Array.from({ length: shifts.columns }, (_, i) => `IC${i + 1}`)
}

function icaRow(screen: PreparedScreen, { value: ica, reason }: Attempt<IcaBaseline>): BaselineRow {
  const transfer = {
    part: 'transfer',
    reason: 'Components of effects give no likelihood of counts.',
  } as const
  if (!ica) {
    const parts = ['edges', 'recovery', 'graph', 'geneLists', 'similarPairs'] as const
    const nothing = { transfer: null, edges: null, recovery: null, graph: null, geneLists: null }
    const missing = parts.map((part) => ({ part, reason: reason }))
    return { baseline: 'ica', ...nothing, similarPairs: null, missing: [transfer, ...missing] }
  }
  const claims = icaClaims(screen, ica)
  const { missing, ...truth } = againstTruth(claims, screen.truth)
  const trained = trainedOf(screen)
  const { latents, edges } = ica.graph
  const found = trained.reduce(
    (sum, row) => sum + edges.subarray(row * latents, (row + 1) * latents).filter(Boolean).length,
    0,
  )
  return {
    baseline: 'ica',
    transfer: null,
    edges: { found, possible: trained.length * latents },
    ...truth,
    missing: [transfer, ...missing],
  }
}

function icaClaims(screen: PreparedScreen, { latents, shifts, graph, geneScores }: IcaBaseline): Claims {
  return {
    screen,
    latents: componentNames({ shifts }),
    latentMeans: Float32Array.from(latents.values),
    trained: screen.heldOut.map((isHeldOut) => !isHeldOut),
    geneScores: Float32Array.from(geneScores.values),
    graph: { from: 'permutations', graph },
    shifts: { ...shifts, values: shifts.values.map((shift, at) => shift * graph.edges[at]) },
    observedShifts: shifts,
  }
}
