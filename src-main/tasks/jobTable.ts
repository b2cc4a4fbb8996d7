import type { JobTable } from './job'

/** Every job with what does it, loaded when it is first asked for: a quick question need not wait for the engines. */
export const jobTable: JobTable = {
  importScreen: async (...call) => (await import('./jobs/importScreen')).importScreen(...call),
  measureEffects: async (...call) => (await import('./jobs/measureEffects')).measureEffects(...call),
  prepareScreen: async (...call) => (await import('./jobs/prepareScreen')).prepareScreen(...call),
  train: async (...call) => (await import('./jobs/train')).train(...call),
  evaluate: async (...call) => (await import('./jobs/evaluate')).evaluate(...call),
  baselines: async (...call) => (await import('./jobs/baselines')).baselines(...call),
  exportResults: async (...call) => (await import('./jobs/exportResults')).exportResults(...call),
  simulateScreen: async (...call) => (await import('./jobs/simulateScreen')).simulateScreen(...call),
  inspect: async (...call) => (await import('./jobs/inspect')).inspect(...call),
  qualityFigures: async (...call) => (await import('./jobs/quality')).qualityFigures(...call),
  qualityPreview: async (...call) => (await import('./jobs/quality')).qualityPreview(...call),
  pathways: async (...call) => (await import('./jobs/holdOut')).pathways(...call),
  holdOutPreview: async (...call) => (await import('./jobs/holdOut')).holdOutPreview(...call),
  estimate: async (...call) => (await import('./jobs/estimate')).estimate(...call),
  agreement: async (...call) => (await import('./jobs/agreement')).agreement(...call),
  rankSetting: async (...call) => (await import('./jobs/agreement')).rankSetting(...call),
  trueGraph: async (...call) => (await import('./jobs/results')).trueGraph(...call),
  icaGraph: async (...call) => (await import('./jobs/ica')).icaGraph(...call),
  icaGenes: async (...call) => (await import('./jobs/ica')).icaGenes(...call),
  graph: async (...call) => (await import('./jobs/results')).graph(...call),
  genes: async (...call) => (await import('./jobs/results')).genes(...call),
  distribution: async (...call) => (await import('./jobs/results')).distribution(...call),
  shares: async (...call) => (await import('./jobs/results')).shares(...call),
  diagnose: async (...call) => (await import('./jobs/diagnose')).diagnose(...call),
}
