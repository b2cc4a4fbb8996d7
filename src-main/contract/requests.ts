import { z } from 'zod'
import { offeredColumnsSchema } from './columns'
import { deviceSchema, doctorReportSchema } from './device'
import type { Problem } from './errors'
import { evaluationRequests } from './evaluationRequests'
import { inspectionSchema } from './inspection'
import { measurementNameSchema } from './measurement'
import { projectStateSchema } from './project'
import {
  deviceNames,
  holdOutRecipeSchema,
  modelRecipeSchema,
  mostThreads,
  qualityRecipeSchema,
  recipeSchema,
} from './recipe'
import { inProject, inRun, nothing, startedTask } from './requestParts'
import { effectSizeSchema, histogramSchema, perturbationCellsSchema } from './reports'
import { latentDistributionSchema, latentGenesSchema, latentSharesSchema, targetGraphSchema } from './results'
import { epochRecordSchema, runSchema } from './run'
import { simulationDescriptionSchema, simulationRecipeSchema } from './simulation'
import { taskSchema } from './task'

/**
 * Appearance and places, the same for the app, the served app and the terminal. No field has a default here: a change
 * of one field must not fill in, and so reset, the others.
 */
export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** Folder in which new projects are proposed. */
  projectsDirectory: z.string(),
  device: z.enum(deviceNames),
  threads: z.number().int().min(1).max(mostThreads).nullable(),
})
export type Settings = z.infer<typeof settingsSchema>

export const recentProjectSchema = z.object({
  directory: z.string(),
  name: z.string(),
  openedAt: z.iso.datetime(),
  /** False when the folder is gone. */
  available: z.boolean(),
})
export type RecentProject = z.infer<typeof recentProjectSchema>

export const folderEntrySchema = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  /** A folder that can be opened as counts (10x) or as a project. */
  looksLike: z.enum(['tenx-folder', 'project']).nullable(),
  bytes: z.number().int().nullable(),
  modifiedAt: z.iso.datetime().nullable(),
})
export type FolderEntry = z.infer<typeof folderEntrySchema>

export const filePurposes = [
  'counts',
  'guides',
  'guideTargets',
  'geneSets',
  'project',
  'newProject',
  'export',
] as const

/** What a quality rule keeps; answers at once while a threshold is dragged. */
export const qualityPreviewSchema = z.object({
  cells: z.object({
    all: z.number().int(),
    kept: z.number().int(),
    tooFewCounts: z.number().int(),
    tooFewGenes: z.number().int(),
    inSmallPerturbations: z.number().int(),
  }),
  perturbations: z.object({ all: z.number().int(), kept: z.number().int() }),
  removedPerturbations: z.array(perturbationCellsSchema),
  /** Kept perturbations with the cells that remain, most cells first. */
  keptPerturbations: z.array(perturbationCellsSchema),
})
export type QualityPreview = z.infer<typeof qualityPreviewSchema>

/**
 * Every request of the product, `subject/verb`, with what it takes and what it gives. The desktop's IPC, the served
 * app's HTTP and the command line are three faces over this one table.
 */
export const requests = {
  'app/describe': {
    request: nothing,
    response: z.object({
      version: z.string(),
      face: z.enum(['desktop', 'serve', 'cli']),
      /** Native file dialogs exist (desktop); otherwise the renderer browses the server's folders with `files/list`. */
      nativeDialogs: z.boolean(),
      platform: z.string(),
    }),
  },
  /** What this machine can do; with `measure` it also times steps on every usable device. */
  'app/diagnose': {
    request: z.strictObject({
      measure: z.boolean().default(false),
      measurement: measurementNameSchema.optional(),
    }),
    response: doctorReportSchema,
  },
  'settings/read': { request: nothing, response: settingsSchema },
  'settings/change': { request: settingsSchema.partial(), response: settingsSchema },

  /** Native dialog; null when the person cancels. Refused where `nativeDialogs` is false. */
  'files/choose': {
    request: z.strictObject({
      purpose: z.enum(filePurposes),
      kind: z.enum(['file', 'folder', 'fileOrFolder']),
    }),
    response: z.object({ path: z.string().nullable() }),
  },
  /** A folder's entries, folders first; null asks for the home folder. */
  'files/list': {
    request: z.strictObject({ directory: z.string().nullable() }),
    response: z.object({
      directory: z.string(),
      parent: z.string().nullable(),
      entries: z.array(folderEntrySchema),
    }),
  },
  /** Shows a file in the system's file manager (desktop only). */
  'files/reveal': { request: z.strictObject({ path: z.string() }), response: nothing },

  'projects/recent': { request: nothing, response: z.object({ projects: z.array(recentProjectSchema) }) },
  /** Takes a project off the list of recent ones; its folder stays. */
  'projects/forget': { request: inProject, response: nothing },
  'projects/create': {
    request: z.strictObject({ name: z.string().min(1).max(120), parentDirectory: z.string().min(1) }),
    response: projectStateSchema,
  },
  /** A new project with the bundled screen already chosen in its recipe. */
  'projects/createExample': {
    request: z.strictObject({ parentDirectory: z.string().nullable() }),
    response: projectStateSchema,
  },
  /** A new project with a simulated screen, its hold-out and the number of its latents already in the recipe. */
  'projects/createFromSimulation': {
    request: z.strictObject({
      /** Folder of the simulation. */
      simulation: z.string().min(1),
      name: z.string().min(1).max(120),
      parentDirectory: z.string().min(1),
    }),
    response: projectStateSchema,
  },
  'projects/open': { request: inProject, response: projectStateSchema },
  'projects/rename': {
    request: inProject.extend({ name: z.string().min(1).max(120) }),
    response: projectStateSchema,
  },

  /** Replaces the recipe; what depends on what changed becomes out of date, nothing is thrown away. */
  'recipe/change': { request: inProject.extend({ recipe: recipeSchema }), response: projectStateSchema },

  /** Says what files are and what is wrong with them. A file that cannot be read gives a problem, not an inspection. */
  'screen/inspect': {
    request: z.strictObject({ path: z.string().min(1) }),
    response: inspectionSchema,
  },
  /** Reads the files named in the recipe into the project. */
  'screen/import': { request: inProject, response: startedTask },
  /** Applies quality, hold-out and split of the recipe; writes `screen.h5ad`. */
  'screen/prepare': { request: inProject, response: startedTask },

  'quality/figures': {
    request: inProject,
    response: z.object({
      countsPerCell: histogramSchema,
      genesPerCell: histogramSchema,
      /** Most cells first. */
      cellsPerPerturbation: z.array(perturbationCellsSchema),
    }),
  },
  'quality/preview': {
    request: inProject.extend({ quality: qualityRecipeSchema }),
    response: qualityPreviewSchema,
  },

  'holdOut/measureEffects': { request: inProject, response: startedTask },
  /** Strengths measured with the present quality rule, strongest first; null when they must be measured (again). */
  'holdOut/effects': {
    request: inProject,
    response: z.object({ effects: z.array(effectSizeSchema).nullable() }),
  },
  /** Rows of a GMT file with the screen's perturbations in each; rows without any are left out. */
  'holdOut/pathways': {
    request: inProject.extend({ file: z.string().min(1) }),
    response: z.object({
      pathways: z.array(
        z.object({ name: z.string(), genes: z.number().int(), perturbations: z.array(z.string()) }),
      ),
    }),
  },
  /** What stays in train, validation and test with this rule. */
  'holdOut/preview': {
    request: inProject.extend({ holdOut: holdOutRecipeSchema }),
    response: z.object({
      heldOut: z.array(perturbationCellsSchema),
      trained: z.array(perturbationCellsSchema),
      cells: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() }),
      /** Training combinations that contain a held-out target. */
      leaking: z.array(z.object({ heldOut: z.string(), combination: z.string() })),
    }),
  },

  'models/devices': { request: nothing, response: z.object({ devices: z.array(deviceSchema) }) },
  /** Expected time and memory, from a few timed steps on the prepared screen. */
  'models/estimate': {
    request: inProject.extend({ model: modelRecipeSchema, measurement: measurementNameSchema.optional() }),
    response: z.object({
      secondsPerEpoch: z.number(),
      seconds: z.number(),
      memoryBytes: z.number(),
      device: z.string(),
      /**
       * The shift, in prior standard deviations, that an edge of sVAE+ has to exceed about, by trained perturbation: see
       * `smallestDetectableShift`. Empty for other models.
       */
      smallestShift: z.array(
        z.object({ perturbation: z.string(), cells: z.number().int(), shift: z.number() }),
      ),
    }),
  },

  /** Columns of the cell annotation of the prepared screen, and what is to be said of chosen covariates together. */
  'models/columns': {
    request: inProject.extend({ covariates: z.array(z.string()).default([]) }),
    response: offeredColumnsSchema,
  },

  /** Ends a measurement; what asked for it is answered with `measurement/cancelled`. One that is over stays so. */
  'measurements/cancel': {
    request: z.strictObject({ measurement: measurementNameSchema }),
    response: nothing,
  },

  /** Queues one run for each model of the recipe, for those at the named positions (from 0), or for other settings. */
  'training/start': {
    request: inProject.extend({
      models: z
        .union([z.array(z.number().int().min(0)).min(1), z.array(modelRecipeSchema).min(1)])
        .optional(),
    }),
    response: z.object({ started: z.array(z.object({ run: z.string(), task: z.string() })) }),
  },
  /** Goes on with a paused or interrupted run from its last checkpoint. */
  'training/resume': { request: inRun, response: startedTask },
  /** Saves a checkpoint and stops; `training/resume` goes on. */
  'training/pause': { request: inRun, response: nothing },
  /** Ends after this epoch and keeps the result. */
  'training/finish': { request: inRun, response: nothing },
  'training/history': { request: inRun, response: z.object({ epochs: z.array(epochRecordSchema) }) },
  /** Deletes a run and its files. */
  'runs/remove': { request: inRun, response: projectStateSchema },

  /** Simulates a screen whose truth is known into a new folder; it is then imported like any other. */
  'simulation/start': {
    request: z.strictObject({ recipe: simulationRecipeSchema, to: z.string().min(1) }),
    response: startedTask,
  },

  /** What was simulated into a folder. */
  'simulation/read': {
    request: z.strictObject({ directory: z.string().min(1) }),
    response: simulationDescriptionSchema,
  },

  'tasks/list': { request: nothing, response: z.object({ tasks: z.array(taskSchema) }) },
  'tasks/cancel': { request: z.strictObject({ task: z.string() }), response: nothing },

  /** Null for a model that says nothing of edges. */
  'results/graph': { request: inRun, response: targetGraphSchema.nullable() },
  'results/genes': {
    request: inRun.extend({ latent: z.string(), count: z.number().int().min(1).max(500).default(50) }),
    response: latentGenesSchema,
  },
  'results/distribution': {
    request: inRun.extend({ latent: z.string(), perturbation: z.string() }),
    response: latentDistributionSchema,
  },
  /** What latents follow beside perturbations; null for a run of before it was computed. */
  'results/shares': { request: inRun, response: latentSharesSchema.nullable() },
  /** An empty label restores "Latent N". */
  'results/renameLatent': {
    request: inRun.extend({ latent: z.string(), label: z.string().max(80) }),
    response: runSchema,
  },
  ...evaluationRequests,
  /** Writes every table, list and graph of a run into a folder (made when missing). */
  'results/export': {
    request: inRun.extend({
      to: z.string().min(1),
      /** Whether latents are also refined with the label of each cell, into a table of their own. */
      refine: z.boolean().default(false),
    }),
    response: startedTask,
  },
} as const satisfies Record<string, { request: z.ZodType; response: z.ZodType }>

export type RequestName = keyof typeof requests
/** What a caller passes: fields with defaults may be left out. */
export type RequestInput<Name extends RequestName> = z.input<(typeof requests)[Name]['request']>
/** What a handler receives: checked, defaults filled in. */
export type RequestBody<Name extends RequestName> = z.output<(typeof requests)[Name]['request']>
export type ResponseBody<Name extends RequestName> = z.output<(typeof requests)[Name]['response']>

export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name)
}

/** The answer to a request, on every face: failures travel as data. */
export type Reply<Name extends RequestName> =
  { ok: true; value: ResponseBody<Name> } | { ok: false; problem: Problem }
