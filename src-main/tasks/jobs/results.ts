import { besideTruth } from '../../evaluation/besideTruth'
import { readShares } from '../../formats/resultsFile'
import { latentDistribution } from '../../interpretation/latentDistribution'
import { latentGenes } from '../../interpretation/latentGenes'
import { shownShares } from '../../interpretation/latentShares'
import { targetGraph } from '../../interpretation/targetGraph'
import { runPaths } from '../../workspace/projectPaths'
import { readRun } from '../../workspace/runFiles'
import type { Job } from '../job'
import { openResults } from '../openedFiles'

export const graph: Job<'graph'> = async ({ directory, run }) => {
  const { latentLabels } = await readRun(directory, run)
  return targetGraph(await openResults(runPaths(directory, run).results), latentLabels)
}

export const genes: Job<'genes'> = async ({ directory, run, latent, count }) => {
  const { latentLabels } = await readRun(directory, run)
  return latentGenes(await openResults(runPaths(directory, run).results), latent, count, latentLabels)
}

export const distribution: Job<'distribution'> = async ({ directory, run, latent, perturbation }) =>
  latentDistribution(await openResults(runPaths(directory, run).results), latent, perturbation)

export const shares: Job<'shares'> = async ({ directory, run }) => {
  const { latentLabels } = await readRun(directory, run)
  return shownShares(await readShares(runPaths(directory, run).results), latentLabels)
}

export const trueGraph: Job<'trueGraph'> = async ({ directory, run }) => {
  const results = await openResults(runPaths(directory, run).results)
  return results.screen.truth ? besideTruth(results, results.screen.truth) : null
}
