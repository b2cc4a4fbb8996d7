import type { ModelRecipe } from '@contract/recipe'
import { sandboxRecipeSchema, type SandboxRecipe } from '@contract/simulation'
import { settingsOf, type Grid } from '../evaluation/grids'
import type { KnownFigure } from './known'
import type { MeasureName } from './measures'

export const studyNames = ['table1', 'table5', 'table6', 'table7', 'table8', 'table9', 'figure3'] as const
export type StudyName = (typeof studyNames)[number]

/** A model of a study, with its settings. */
export interface StudyModel {
  /** How it is asked for, and part of file names: small letters, digits and dashes. */
  readonly key: string
  readonly label: string
  /** Without seed, latents, device and threads, which the study fills in. */
  readonly recipe: ModelRecipe
  /** Among which a search chooses; a model without it has settings of its own. */
  readonly grid?: Grid
}

/** A kind of screen of a study: one is simulated for each seed. */
export interface StudyScreen {
  /** Part of file names: small letters, digits and dashes. */
  readonly key: string
  readonly label: string
  /** What differs from the published simulator's usual settings. */
  readonly simulation: Partial<SandboxRecipe>
}

/** A study as data: which screens, which models, which figures are told of them. */
export interface Study {
  readonly name: StudyName
  readonly title: string
  readonly screens: readonly StudyScreen[]
  /** All that can be asked for. */
  readonly models: readonly StudyModel[]
  /** Keys of those that are trained unless told otherwise. */
  readonly usualModels: readonly string[]
  /** In the order of the table. */
  readonly measures: readonly MeasureName[]
  readonly known: readonly KnownFigure[]
  /** Where the known figures of each source are from, and what to mind in comparing. */
  readonly notes: readonly string[]
  /** What to mind where settings were not searched. */
  readonly fixedSettings?: string
}

/** What a person chooses about the size of a study. Records of other settings are not mixed. */
export interface StudySettings {
  /** Cells of each perturbation. */
  readonly cells: number
  /** Epochs of every run; null leaves those of each model's recipe. */
  readonly epochs: number | null
  /** Draws of the latents of each cell in importance weighting. */
  readonly particles: number
  /** Seeds with which each setting of a model's grid is trained for each screen; null takes the model's settings. */
  readonly search: number | null
}

/** One run of a study. */
export interface StudyUnit {
  readonly screen: StudyScreen
  readonly model: StudyModel
  /** Of simulation, split and run. */
  readonly seed: number
}

/** Every run of a study, all models of one screen together and all screens of one seed together. */
export function unitsOf(
  screens: readonly StudyScreen[],
  models: readonly StudyModel[],
  seeds: readonly number[],
): StudyUnit[] {
  return seeds.flatMap((seed) =>
    screens.flatMap((screen) => models.map((model): StudyUnit => ({ screen, model, seed }))),
  )
}

/** The name of the screen of a unit, for files: `p15-seed-101`. */
export function screenName({ screen, seed }: Pick<StudyUnit, 'screen' | 'seed'>): string {
  return `${screen.key}-seed-${seed}`
}

/** The name of a unit, for files: `p15-seed-101-svae-plus`. */
export function unitName(unit: StudyUnit): string {
  return `${screenName(unit)}-${unit.model.key}`
}

/** Settings of the simulator for a unit. */
export function simulationOf(
  { screen, seed }: Pick<StudyUnit, 'screen' | 'seed'>,
  cells: number,
): SandboxRecipe {
  return sandboxRecipeSchema.parse({
    kind: 'sandbox',
    ...screen.simulation,
    cellsPerPerturbation: cells,
    seed,
  })
}

/** Fewest epochs of a run that starts as an iVAE: one of the start and one of the model. */
export const fewestEpochs = 2

/** With other epochs in all, the start keeps its share of them. */
function withEpochs(recipe: ModelRecipe, epochs: number): ModelRecipe {
  const { start } = recipe
  if (!start) return { ...recipe, epochs }
  const ofStart = Math.round((epochs * start.epochs) / recipe.epochs)
  return { ...recipe, epochs, start: { ...start, epochs: Math.min(epochs - 1, Math.max(1, ofStart)) } }
}

/**
 * Settings of the run of a unit: as many latents as are true, on the processor, whose results are the same everywhere.
 * @param epochs at least `fewestEpochs`, or null for those of the model's recipe
 */
export function configurationOf(
  unit: StudyUnit,
  { cells, epochs }: Pick<StudySettings, 'cells' | 'epochs'>,
  threads: number,
): ModelRecipe {
  const { recipe } = unit.model
  return {
    ...(epochs === null ? recipe : withEpochs(recipe, epochs)),
    latents: simulationOf(unit, cells).latents,
    seed: unit.seed,
    device: 'cpu',
    threads,
  }
}

/**
 * Every setting among which a search chooses for a unit; null for a model without a grid, and where nothing is searched.
 * A number of epochs for all runs takes the place of those of the grid.
 */
export function searchedSettings(
  unit: StudyUnit,
  { cells, epochs, search }: Pick<StudySettings, 'cells' | 'epochs' | 'search'>,
  threads: number,
): ModelRecipe[] | null {
  const { grid } = unit.model
  if (search === null || !grid) return null
  const base = configurationOf(unit, { cells, epochs: null }, threads)
  return settingsOf(base, epochs === null ? grid : { ...grid, epochs: [epochs] })
}

/** Seeds of the runs among which a search chooses: the first is that of the run that is then judged. */
export function searchSeeds({ seed }: Pick<StudyUnit, 'seed'>, count: number): number[] {
  return Array.from({ length: count }, (_, at) => seed + at)
}
