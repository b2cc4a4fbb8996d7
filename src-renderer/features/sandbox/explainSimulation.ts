import { sandboxText } from '../../text/sandbox'
import { expectedEdges, heldOutCount, type Choices } from './sandboxChoices'

/** Units of the narrowest layer of the published network. */
const narrowest = 40

/** What would be simulated, step by step, in the numbers that are chosen. */
export function explainSimulation({ kind, sandbox, semiSynthetic }: Choices): string[] {
  const { explain } = sandboxText
  if (kind === 'sandbox') {
    const { perturbations, cellsPerPerturbation, controlCells, genes, latents, effect, targets } = sandbox
    const edges = expectedEdges(sandbox)
    return [
      explain.sandbox.graph(perturbations, targets.minimum, targets.maximum, latents, effect, edges),
      explain.sandbox.cells(perturbations * cellsPerPerturbation, controlCells),
      explain.sandbox.genes(genes),
      explain.sandbox.counts,
      explain.heldOut(heldOutCount(sandbox)),
      ...(latents > narrowest || genes < narrowest ? [explain.narrow] : []),
      explain.truth,
    ]
  }
  const { perturbations, programmes, programmesPerPerturbation, effect } = semiSynthetic
  const { minimum, maximum } = programmesPerPerturbation
  return [
    explain.semiSynthetic.graph(perturbations, minimum, maximum, programmes, effect.minimum, effect.maximum),
    explain.semiSynthetic.idle(semiSynthetic.withoutEffect, semiSynthetic.combinations),
    explain.semiSynthetic.cells(semiSynthetic.cellsPerPerturbation),
    explain.semiSynthetic.counts,
    explain.heldOut(heldOutCount(semiSynthetic)),
    explain.truth,
  ]
}
