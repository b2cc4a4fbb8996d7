import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { recipeSchema, type ModelRecipe, type Recipe } from '@contract/recipe'
import type { SandboxRecipe, SimulationReport } from '@contract/simulation'
import { screenName, simulationOf, type StudyUnit } from '../../reproduction/study'
import { createProject, isProject } from '../../workspace/createProject'
import { lockProject, type Release } from '../../workspace/projectLock'
import { readSimulation, simulationPaths } from '../../workspace/simulationFiles'
import { studyPaths } from '../../workspace/studyFiles'
import { ask, type Session } from '../session'
import { importScreen, openProject, prepareScreen, simulateScreen } from '../stages'

/** A simulated screen of a study in a project of its own, ready to be trained on. */
export interface StudyScreenProject {
  readonly directory: string
  readonly simulation: SandboxRecipe
  readonly simulated: SimulationReport
}

/** The screens of a study, each made when it is first asked for. */
export interface StudyScreens {
  /** @param models those of the study, which the recipe of the project names in this order */
  of(unit: StudyUnit, models: readonly ModelRecipe[]): Promise<StudyScreenProject>
  /** Removes the screen of a unit with its project. */
  remove(unit: StudyUnit): Promise<void>
  /** Lets others write the projects again. */
  close(): Promise<void>
}

async function simulatedHere(folder: string, simulation: SandboxRecipe): Promise<SimulationReport | null> {
  const description = await readSimulation(folder).catch(() => null)
  return description && isDeepStrictEqual(description.recipe, simulation) ? description.report : null
}

/** All cells and genes, the held-out perturbations of the simulation, and a split of the unit's seed. */
function recipeOf(
  folder: string,
  report: SimulationReport,
  seed: number,
  models: readonly ModelRecipe[],
): Recipe {
  return recipeSchema.parse({
    screen: { counts: simulationPaths(folder).screen, perturbationColumn: 'perturbation', controls: [] },
    quality: { minimumCellsPerPerturbation: 1, variableGenes: 'all' },
    holdOut: { rule: 'list', perturbations: report.heldOut },
    split: { seed },
    models,
  })
}

export function studyScreens(session: Session, study: string, cells: number): StudyScreens {
  const paths = studyPaths(study)
  const made = new Map<string, Promise<StudyScreenProject>>()
  const releases = new Map<string, Release>()

  const make = async (unit: StudyUnit, models: readonly ModelRecipe[]): Promise<StudyScreenProject> => {
    const name = screenName(unit)
    const folder = join(paths.screens, name)
    const directory = join(paths.projects, name)
    const simulation = simulationOf(unit, cells)
    if (!(await simulatedHere(folder, simulation))) {
      // That of other settings of the study: a simulation is not written over another one.
      await rm(folder, { recursive: true, force: true })
      await simulateScreen(session, simulation, folder)
    }
    const { report: simulated } = await readSimulation(folder)
    const recipe = recipeOf(folder, simulated, unit.seed, models)
    if (!(await isProject(directory))) await createProject(directory, { name, recipe })
    // Tidies what a crash left; from then on the project is held, so that nothing that runs is taken for a leftover.
    await openProject(session, directory)
    releases.set(name, await lockProject(directory))
    const { steps } = await ask(session, 'recipe/change', { directory, recipe })
    if (steps.screen.state !== 'done') await importScreen(session, directory)
    const afterImport = await openProject(session, directory)
    if (afterImport.steps.holdOut.state !== 'done') await prepareScreen(session, directory)
    return { directory, simulation, simulated }
  }
  const release = async (name: string) => {
    const held = releases.get(name)
    releases.delete(name)
    await held?.()
  }
  return {
    of: (unit, models) => {
      const name = screenName(unit)
      const project = made.get(name) ?? make(unit, models)
      made.set(name, project)
      return project
    },
    remove: async (unit) => {
      const name = screenName(unit)
      made.delete(name)
      await release(name)
      await rm(join(paths.projects, name), { recursive: true, force: true })
      await rm(join(paths.screens, name), { recursive: true, force: true })
    },
    close: async () => {
      for (const name of [...releases.keys()]) await release(name)
    },
  }
}
