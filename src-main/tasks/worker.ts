import { jobTable } from './jobTable'
import { serveJobs } from './serveJobs'
import { connectToMain } from './workerPort'

/** A worker's entry, built to out/main/worker.js. */

serveJobs(connectToMain(), jobTable)
