import { z } from 'zod'
import { icaGraphSchema } from '@contract/baselines'
import { offeredColumnsSchema } from '@contract/columns'
import { doctorReportSchema } from '@contract/device'
import { runAgreementSchema, trueGraphSchema } from '@contract/evaluation'
import { inspectionSchema } from '@contract/inspection'
import { sourceSchema } from '@contract/project'
import {
  holdOutRecipeSchema,
  modelRecipeSchema,
  particlesSchema,
  qualityRecipeSchema,
  screenRecipeSchema,
  splitRecipeSchema,
} from '@contract/recipe'
import { importReportSchema, prepareReportSchema } from '@contract/reports'
import { requests } from '@contract/requests'
import { simulationRecipeSchema } from '@contract/simulation'
import {
  exportedFileSchema,
  latentDistributionSchema,
  latentGenesSchema,
  latentSharesSchema,
  targetGraphSchema,
} from '@contract/results'

const inProject = z.strictObject({ directory: z.string() })
const inRun = inProject.extend({ run: z.string() })
/** A written file that waits beside its place for main to record it. */
const staged = z.object({ partial: z.string(), path: z.string() })

/**
 * Everything a worker can do, with what it takes and gives. Heavy jobs get a worker of their own; the others are
 * questions that the reader answers. Only main writes `project.json`: jobs that change the project give back what to
 * record.
 */
export const jobs = {
  importScreen: {
    input: inProject.extend({ screen: screenRecipeSchema }),
    output: z.object({ staged, sources: z.array(sourceSchema), report: importReportSchema }),
  },
  measureEffects: {
    input: inProject.extend({ quality: qualityRecipeSchema, importedAt: z.iso.datetime() }),
    output: z.object({}),
  },
  prepareScreen: {
    input: inProject.extend({
      quality: qualityRecipeSchema,
      holdOut: holdOutRecipeSchema,
      split: splitRecipeSchema,
    }),
    output: z.object({ staged, screenSha256: z.string(), report: prepareReportSchema }),
  },
  /** Trains the run described by its `run.json`, from its checkpoint where there is one. Writes all files of the run. */
  train: { input: inRun.extend({ settingsDirectory: z.string() }), output: z.object({}) },
  /** Judges a run that is done, and writes `evaluation.json`. */
  evaluate: {
    input: inRun.extend({
      particles: particlesSchema.unwrap(),
      refine: z.boolean(),
      holdOut: holdOutRecipeSchema,
    }),
    output: z.object({}),
  },
  /** Computes the simple rows of the prepared screen, and writes `baselines.json`. */
  baselines: {
    input: inProject.extend({
      components: z.number().int(),
      compareWithin: z.array(z.string()),
      holdOut: holdOutRecipeSchema,
    }),
    output: z.object({}),
  },
  exportResults: {
    input: inRun.extend({ to: z.string(), refine: z.boolean() }),
    output: z.object({ files: z.array(exportedFileSchema) }),
  },

  simulateScreen: {
    input: z.strictObject({ recipe: simulationRecipeSchema, to: z.string() }),
    output: z.object({}),
  },

  inspect: { input: z.strictObject({ path: z.string() }), output: inspectionSchema },
  qualityFigures: { input: inProject, output: requests['quality/figures'].response },
  qualityPreview: {
    input: inProject.extend({ quality: qualityRecipeSchema }),
    output: requests['quality/preview'].response,
  },
  holdOutPreview: {
    input: inProject.extend({
      quality: qualityRecipeSchema,
      holdOut: holdOutRecipeSchema,
      split: splitRecipeSchema,
    }),
    output: requests['holdOut/preview'].response,
  },
  pathways: {
    input: inProject.extend({ quality: qualityRecipeSchema, file: z.string() }),
    output: requests['holdOut/pathways'].response,
  },
  estimate: {
    input: inProject.extend({ model: modelRecipeSchema, settingsDirectory: z.string() }),
    output: requests['models/estimate'].response,
  },
  columns: { input: inProject.extend({ covariates: z.array(z.string()) }), output: offeredColumnsSchema },
  agreement: { input: inProject.extend({ runs: z.array(z.string()) }), output: runAgreementSchema },
  rankSetting: {
    input: inProject.extend({ runs: z.array(z.string()) }),
    output: requests['evaluation/rankSetting'].response,
  },
  trueGraph: { input: inRun, output: trueGraphSchema.nullable() },
  icaGraph: {
    input: inProject.extend({ screenSha256: z.string() }),
    output: icaGraphSchema.nullable(),
  },
  icaGenes: {
    input: inProject.extend({ screenSha256: z.string(), component: z.string(), count: z.number().int() }),
    output: latentGenesSchema,
  },
  graph: { input: inRun, output: targetGraphSchema.nullable() },
  genes: { input: inRun.extend({ latent: z.string(), count: z.number().int() }), output: latentGenesSchema },
  distribution: {
    input: inRun.extend({ latent: z.string(), perturbation: z.string() }),
    output: latentDistributionSchema,
  },
  shares: { input: inRun, output: latentSharesSchema.nullable() },
  diagnose: {
    input: z.strictObject({ version: z.string(), measure: z.boolean() }),
    output: doctorReportSchema,
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>

export type JobName = keyof typeof jobs
export type JobInput<Name extends JobName> = z.output<(typeof jobs)[Name]['input']>
export type JobOutput<Name extends JobName> = z.output<(typeof jobs)[Name]['output']>

/** The same table with each job's types tied to its name, for code that is generic over jobs. */
export const jobSchemas: {
  readonly [Name in JobName]: {
    readonly input: z.ZodType<JobInput<Name>>
    readonly output: z.ZodType<JobOutput<Name>>
  }
} = jobs

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobs, name)
}
