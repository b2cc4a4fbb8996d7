import { z } from 'zod'
import { baselinesSchema, icaGraphSchema } from './baselines'
import { evaluationSchema, runAgreementSchema, trueGraphSchema } from './evaluation'
import { particlesSchema } from './recipe'
import { inProject, inRun, startedTask } from './requestParts'
import { latentGenesSchema } from './results'
import { rankedSettingSchema } from './search'

/** Requests about how good runs are: transfer, truth, simple rows, agreement. Part of `requests`. */
export const evaluationRequests = {
  /** Judges a run: transfer to held-out perturbations, recovery of the truth where it is known. */
  'evaluation/start': {
    request: inRun.extend({
      particles: particlesSchema,
      /** Whether the recovery of the truth is also measured on latents refined with the label of each cell. */
      refine: z.boolean().default(false),
    }),
    response: startedTask,
  },
  /** Null where the run was not evaluated yet. */
  'evaluation/read': { request: inRun, response: z.object({ evaluation: evaluationSchema.nullable() }) },
  /**
   * Computes the simple rows of the prepared screen, in place of those that are there. Null takes the latents and the
   * columns of the recipe's first model. An evaluation computes them too where there are none.
   */
  'evaluation/startBaselines': {
    request: inProject.extend({
      components: z.number().int().min(1).max(500).nullable().default(null),
      compareWithin: z.array(z.string().min(1)).nullable().default(null),
    }),
    response: startedTask,
  },
  /** Null where they were not computed for the screen as it is prepared now. */
  'evaluation/baselines': {
    request: inProject,
    response: z.object({ baselines: baselinesSchema.nullable() }),
  },
  /** Null where ICA was not computed for the screen as it is prepared now, or could not be: its row says why. */
  'evaluation/icaGraph': { request: inProject, response: z.object({ graph: icaGraphSchema.nullable() }) },
  'evaluation/icaGenes': {
    request: inProject.extend({
      component: z.string(),
      count: z.number().int().min(1).max(500).default(50),
    }),
    response: latentGenesSchema,
  },
  /** How far runs that differ only in their seed agree. */
  'evaluation/agreement': {
    request: inProject.extend({ runs: z.array(z.string().min(1)).min(1) }),
    response: runAgreementSchema,
  },
  /** How far the runs of one setting agree, each with another seed: what settings are chosen by. */
  'evaluation/rankSetting': {
    request: inProject.extend({ runs: z.array(z.string().min(1)).min(2) }),
    response: rankedSettingSchema.pick({ runs: true }).extend({ ranking: z.number() }),
  },
  /** Null for a real screen: only simulated ones hold their truth. */
  'evaluation/trueGraph': { request: inRun, response: trueGraphSchema.nullable() },
} as const
