import type { ModelRecipe } from '@contract/recipe'
import { screenName, searchedSettings, simulationOf, type StudySettings, type StudyUnit } from './study'

/** Particles of a cell that take as long as a step of the optimiser on that cell. */
const particlesOfAStep = 12
/** Share of the cells of trained perturbations that are trained on. */
const trainingShare = 0.9
/** Units of a hidden layer, by which work is counted; twice as many take about as much longer with larger batches. */
const usualHidden = 128
/** Bytes a cell takes with 100 genes: simulated, imported and prepared; and in the results of a run. Measured. */
const bytesOfCell = { screen: 1100, run: 500 }

/** What the two halves of a run have to do, in steps of one cell. Early stopping makes training less. */
export interface UnitWork {
  readonly training: number
  readonly evaluation: number
}

/** About how much a run has to do, to tell how far a study is. */
export function workOf(
  unit: StudyUnit,
  { cells, epochs, particles }: Pick<StudySettings, 'cells' | 'epochs' | 'particles'>,
): UnitWork {
  const { perturbations, heldOutShare } = simulationOf(unit, cells)
  const { recipe } = unit.model
  const heldOut = heldOutShare * perturbations * cells
  const trained = trainingShare * (perturbations * cells - heldOut)
  const scale = recipe.hidden / usualHidden
  const rounds = epochs ?? recipe.epochs
  // Training again with the mask fixed gains little: early stopping ends it about as soon as it can.
  const again = Math.min(rounds, recipe.patience ?? rounds)
  const hasShifts = recipe.model !== 'vae' && recipe.model !== 'beta-vae'
  const drawing = (heldOut * particles) / particlesOfAStep
  return {
    training: scale * rounds * trained,
    evaluation: scale * (again * trained + (hasShifts ? rounds * heldOut + 2 * drawing : drawing)),
  }
}

/** Runs that are trained for a unit: with a search all those among which it chooses. */
export function trainingsOf(unit: StudyUnit, settings: StudySettings): number {
  const searched = searchedSettings(unit, settings, 1)
  return searched === null ? 1 : searched.length * (settings.search ?? 1)
}

/** All that a unit has to do; a search trains every setting with every seed. */
export function workWithSearch(unit: StudyUnit, settings: StudySettings): number {
  const searched = searchedSettings(unit, settings, 1)
  const { training, evaluation } = workOf(unit, settings)
  if (searched === null) return training + evaluation
  const perSeed = searched.reduce((sum, recipe) => sum + workOfSetting(unit, recipe, settings).training, 0)
  return perSeed * (settings.search ?? 1) + evaluation
}

/** About how much a run of a setting has to do. */
export function workOfSetting(unit: StudyUnit, recipe: ModelRecipe, settings: StudySettings): UnitWork {
  return workOf({ ...unit, model: { ...unit.model, recipe } }, { ...settings, epochs: null })
}

/** About how many bytes the projects of a study take. */
export function diskUseOf(units: readonly StudyUnit[], settings: StudySettings): number {
  const cellsOf = (unit: StudyUnit) => simulationOf(unit, settings.cells).perturbations * settings.cells
  const screens = new Map(units.map((unit) => [screenName(unit), cellsOf(unit)]))
  const ofScreens = [...screens.values()].reduce((sum, count) => sum + count * bytesOfCell.screen, 0)
  const ofRuns = units.reduce(
    (sum, unit) => sum + trainingsOf(unit, settings) * cellsOf(unit) * bytesOfCell.run,
    0,
  )
  return ofScreens + ofRuns
}
