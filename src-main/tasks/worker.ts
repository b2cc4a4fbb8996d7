import type { JobTable } from './job'
import { diagnose } from './jobs/diagnose'
import { estimate } from './jobs/estimate'
import { exportResults } from './jobs/exportResults'
import { holdOutPreview, pathways } from './jobs/holdOut'
import { importScreen } from './jobs/importScreen'
import { inspect } from './jobs/inspect'
import { measureEffects } from './jobs/measureEffects'
import { prepareScreen } from './jobs/prepareScreen'
import { qualityFigures, qualityPreview } from './jobs/quality'
import { distribution, genes, graph } from './jobs/results'
import { train } from './jobs/train'
import { serveJobs } from './serveJobs'
import { connectToMain } from './workerPort'

/** A worker's entry, built to out/main/worker.js. */

const jobs: JobTable = {
  importScreen,
  measureEffects,
  prepareScreen,
  train,
  exportResults,
  inspect,
  qualityFigures,
  qualityPreview,
  holdOutPreview,
  pathways,
  estimate,
  graph,
  genes,
  distribution,
  diagnose,
}

serveJobs(connectToMain(), jobs)
