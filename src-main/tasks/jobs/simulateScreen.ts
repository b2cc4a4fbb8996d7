import { readCells } from '../../formats/readCells'
import { readScreen, writeScreen } from '../../formats/screenFile'
import { simulationReport } from '../../simulation/report'
import { simulateSandbox, type SimulatedScreen } from '../../simulation/sandbox'
import { simulateFromCells } from '../../simulation/semiSynthetic'
import { controlCell, type Screen } from '../../screen/screen'
import { subsetScreen } from '../../screen/subset'
import type { SemiSyntheticRecipe, SimulationRecipe, SimulationReport } from '@contract/simulation'
import { isProject } from '../../workspace/createProject'
import { fillFolder } from '../../workspace/fillFolder'
import { projectPaths } from '../../workspace/projectPaths'
import { simulationPaths, writeSimulation } from '../../workspace/simulationFiles'
import type { Job, JobContext } from '../job'
import { shareOf } from '../shareOf'

/** Simulates a screen and writes it with its description; all files or none. */
export const simulateScreen: Job<'simulateScreen'> = async ({ recipe, to }, context) => {
  const { signal } = context
  const { screen, report } = await simulate(recipe, context)
  await fillFolder(to, async (staging) => {
    await writeScreen(simulationPaths(staging).screen, screen, { signal, ...shareOf(context, 0.85, 1) })
    await writeSimulation(staging, { recipe, report })
  })
  return {}
}

async function simulate(
  recipe: SimulationRecipe,
  context: JobContext,
): Promise<{ screen: SimulatedScreen; report: SimulationReport }> {
  const { signal } = context
  if (recipe.kind === 'sandbox') {
    const screen = await simulateSandbox(recipe, { signal, ...shareOf(context, 0, 0.85) })
    return { screen, report: simulationReport(screen, null) }
  }
  context.progress(0, 'Opening the real cells')
  const cells = await controlCells(recipe, context)
  const screen = await simulateFromCells(cells, recipe, { signal, ...shareOf(context, 0.4, 0.85) })
  return { screen, report: simulationReport(screen, cells.counts) }
}

/** The control cells of a project, or the chosen cells of a file. */
async function controlCells(recipe: SemiSyntheticRecipe, context: JobContext): Promise<Screen> {
  const { from, layer, only } = recipe
  if (!(await isProject(from))) {
    return readCells(from, { layer, only }, { signal: context.signal, ...shareOf(context, 0, 0.4) })
  }
  const screen = await readScreen(projectPaths(from).imported)
  const controls = Uint32Array.from(screen.perturbationOfCell.keys()).filter(
    (cell) => screen.perturbationOfCell[cell] === controlCell,
  )
  return subsetScreen(screen, controls, Uint32Array.from(screen.genes.ids.keys()))
}
