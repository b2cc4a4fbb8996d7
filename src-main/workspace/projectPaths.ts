import { join } from 'node:path'

/** Where everything of a project lies. */
export interface ProjectPaths {
  readonly directory: string
  readonly project: string
  readonly recipe: string
  readonly lock: string
  /** The screen as imported: all labelled cells, all genes. */
  readonly imported: string
  /** The screen as prepared for training. */
  readonly screen: string
  readonly effects: string
  /** Simple rows to compare models with. */
  readonly baselines: string
  readonly runs: string
  readonly exports: string
  /** What searches for settings gave, by model. */
  readonly searches: string
}

export function projectPaths(directory: string): ProjectPaths {
  return {
    directory,
    project: join(directory, 'project.json'),
    recipe: join(directory, 'recipe.yaml'),
    lock: join(directory, 'project.lock'),
    imported: join(directory, 'imported.h5ad'),
    screen: join(directory, 'screen.h5ad'),
    effects: join(directory, 'effects.json'),
    baselines: join(directory, 'baselines.json'),
    runs: join(directory, 'runs'),
    exports: join(directory, 'exports'),
    searches: join(directory, 'searches'),
  }
}

/** Where everything of one run lies. */
export interface RunPaths {
  readonly directory: string
  readonly run: string
  readonly history: string
  readonly checkpoint: string
  readonly results: string
  readonly evaluation: string
  /** Ends of the two parts of the transfer protocol, from which an evaluation goes on. */
  readonly transfer: Readonly<Record<'fixedMask' | 'shifts', string>>
}

export function runPaths(projectDirectory: string, run: string): RunPaths {
  const directory = join(projectPaths(projectDirectory).runs, run)
  return {
    directory,
    run: join(directory, 'run.json'),
    history: join(directory, 'history.csv'),
    checkpoint: join(directory, 'checkpoint.safetensors'),
    results: join(directory, 'results.h5ad'),
    evaluation: join(directory, 'evaluation.json'),
    transfer: {
      fixedMask: join(directory, 'fixed-mask.safetensors'),
      shifts: join(directory, 'fitted-shifts.safetensors'),
    },
  }
}
