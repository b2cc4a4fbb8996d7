import { resolve } from 'node:path'
import { indexOfLatent } from '../interpretation/latentNames'
import { planExport, requireResults } from '../tasks/runPlans'
import { lockProject } from '../workspace/projectLock'
import { readRun, writeRun } from '../workspace/runFiles'
import type { Handlers, Services } from './handler'
import { projectDirectory } from './projects'

/** Step 6: what a trained run says. */
export function resultsHandlers(
  services: Services,
): Pick<
  Handlers,
  | 'results/graph'
  | 'results/genes'
  | 'results/distribution'
  | 'results/shares'
  | 'results/renameLatent'
  | 'results/export'
> {
  const { reader, tasks, announce } = services
  const withResults = async (given: string, id: string) => {
    const directory = projectDirectory(given)
    const run = await readRun(directory, id)
    requireResults(run)
    return { directory, run }
  }
  return {
    'results/graph': async (body) => {
      const { directory, run } = await withResults(body.directory, body.run)
      return reader.ask('graph', { directory, run: run.id })
    },
    'results/genes': async (body) => {
      const { directory, run } = await withResults(body.directory, body.run)
      return reader.ask('genes', { directory, run: run.id, latent: body.latent, count: body.count })
    },
    'results/distribution': async (body) => {
      const { directory, run } = await withResults(body.directory, body.run)
      const { latent, perturbation } = body
      return reader.ask('distribution', { directory, run: run.id, latent, perturbation })
    },
    'results/shares': async (body) => {
      const { directory, run } = await withResults(body.directory, body.run)
      return reader.ask('shares', { directory, run: run.id })
    },
    'results/renameLatent': async (body) => {
      const { directory, run: before } = await withResults(body.directory, body.run)
      const latents = Array.from({ length: before.configuration.latents }, (_, i) => `z${i + 1}`)
      indexOfLatent(latents, body.latent)
      const release = await lockProject(directory)
      try {
        const run = await readRun(directory, body.run)
        const label = body.label.trim()
        const others = Object.entries(run.latentLabels).filter(([latent]) => latent !== body.latent)
        const labels = label === '' ? others : [...others, [body.latent, label] as const]
        const renamed = { ...run, latentLabels: Object.fromEntries(labels) }
        await writeRun(directory, renamed)
        announce('project/changed', { directory })
        return renamed
      } finally {
        await release()
      }
    },
    'results/export': async (body) => {
      const { directory, run } = await withResults(body.directory, body.run)
      const task = await tasks.add(
        planExport(directory, run, { to: resolve(directory, body.to), refine: body.refine }),
      )
      return { task: task.id }
    },
  }
}
