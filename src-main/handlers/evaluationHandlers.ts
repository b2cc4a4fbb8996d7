import { planBaselines } from '../tasks/screenPlans'
import { planEvaluation, requireResults, requireScreen } from '../tasks/runPlans'
import { readBaselines } from '../workspace/baselinesFile'
import { readEvaluation } from '../workspace/evaluationFile'
import { readProject } from '../workspace/projectFile'
import { readRun } from '../workspace/runFiles'
import type { Handlers, Services } from './handler'
import { projectDirectory } from './projects'

/** Judging runs: what each was evaluated to, the simple rows beside them, and how far they agree. */
export function evaluationHandlers({
  reader,
  tasks,
}: Services): Pick<
  Handlers,
  | 'evaluation/start'
  | 'evaluation/read'
  | 'evaluation/startBaselines'
  | 'evaluation/baselines'
  | 'evaluation/icaGraph'
  | 'evaluation/icaGenes'
  | 'evaluation/agreement'
  | 'evaluation/rankSetting'
  | 'evaluation/trueGraph'
> {
  return {
    'evaluation/start': async ({ directory: given, run: id, particles, refine }) => {
      const directory = projectDirectory(given)
      const run = await readRun(directory, id)
      requireResults(run)
      const { prepared } = await readProject(directory)
      const holdOut = prepared?.holdOut ?? { rule: 'none' }
      const task = await tasks.add(planEvaluation(directory, run, { particles, refine, holdOut }))
      return { task: task.id }
    },
    'evaluation/read': async ({ directory: given, run }) => {
      const directory = projectDirectory(given)
      await readRun(directory, run)
      return { evaluation: await readEvaluation(directory, run) }
    },
    'evaluation/startBaselines': async ({ directory: given, ...chosen }) => {
      const task = await tasks.add(await planBaselines(projectDirectory(given), chosen))
      return { task: task.id }
    },
    'evaluation/baselines': async ({ directory: given }) => {
      const directory = projectDirectory(given)
      const { prepared } = await readProject(directory)
      return { baselines: prepared && (await readBaselines(directory, prepared.screenSha256)) }
    },
    'evaluation/icaGraph': async ({ directory: given }) => {
      const directory = projectDirectory(given)
      const { prepared } = await readProject(directory)
      if (!prepared) return { graph: null }
      return { graph: await reader.ask('icaGraph', { directory, screenSha256: prepared.screenSha256 }) }
    },
    'evaluation/icaGenes': async ({ directory: given, ...asked }) => {
      const directory = projectDirectory(given)
      const { screenSha256 } = requireScreen(await readProject(directory))
      return reader.ask('icaGenes', { directory, screenSha256, ...asked })
    },
    'evaluation/agreement': async ({ directory: given, runs }) => {
      const directory = projectDirectory(given)
      for (const id of runs) requireResults(await readRun(directory, id))
      return reader.ask('agreement', { directory, runs })
    },
    'evaluation/rankSetting': async ({ directory: given, runs }) => {
      const directory = projectDirectory(given)
      for (const id of runs) requireResults(await readRun(directory, id))
      return reader.ask('rankSetting', { directory, runs })
    },
    'evaluation/trueGraph': async ({ directory: given, run }) => {
      const directory = projectDirectory(given)
      requireResults(await readRun(directory, run))
      return reader.ask('trueGraph', { directory, run })
    },
  }
}
