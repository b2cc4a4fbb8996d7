import { ShiftscopeError } from '@contract/errors'
import type { Session } from '../compute/executor'
import type { FailedStep } from './deviceFailure'

/** Enough to look at. */
const mostNamed = 3

/**
 * The genes whose own part of the loss is no number: those where a gradient that has one value for each gene is none.
 * Empty where the trouble is not in single genes.
 */
async function brokenGenes(session: Session, { batch, klWeight }: FailedStep): Promise<readonly number[]> {
  const { genes, parameters } = session.model
  const { gradients } = await session.inspect(batch, klWeight, 'training')
  const broken = parameters
    .filter(({ name, shape }) => shape.length === 1 && shape[0] === genes && name in gradients)
    .map(({ name }) => [...gradients[name].keys()].filter((gene) => !Number.isFinite(gradients[name][gene])))
    .filter((found) => found.length > 0 && found.length < genes)
    // Genes compete for the cell's counts: what breaks one reaches all of them in some of the gradients.
    .toSorted((a, b) => a.length - b.length)
  return broken.at(0)?.slice(0, mostNamed) ?? []
}

/** The gene of a gradient is a help, not a duty: a session that cannot tell leaves it out. */
async function genesInWords(session: Session, step: FailedStep, symbols: readonly string[]): Promise<string> {
  const broken = await brokenGenes(session, step).catch(() => [])
  if (broken.length === 0) return ''
  return ` because of ${broken.length === 1 ? 'the gene' : 'the genes'} ${broken.map((gene) => symbols[gene]).join(', ')}`
}

function keptInWords(epochs: number): string {
  if (epochs === 0) return 'No epoch had ended before, so there are no values to keep.'
  return `The checkpoint of this one holds its values after epoch ${epochs}.`
}

/**
 * What a person is told when a model gives no number: not the device's fault.
 * @param where epoch and batch
 * @param symbols of the genes
 * @param restored epochs after which the run's values were kept; 0 where there are none
 */
export async function notFinite(
  session: Session,
  step: FailedStep,
  {
    loss,
    where,
    symbols,
    restored,
  }: {
    readonly loss: number
    readonly where: string
    readonly symbols: readonly string[]
    readonly restored: number
  },
): Promise<ShiftscopeError> {
  return new ShiftscopeError({
    code: 'training/notFinite',
    message: `The loss became ${loss}${await genesInWords(session, step, symbols)}, and training cannot go on.`,
    where,
    hint: `Lower the learning rate or lengthen the warm-up, then start a new run. ${keptInWords(restored)}`,
  })
}
