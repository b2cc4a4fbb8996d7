import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { ShiftscopeError } from '@contract/errors'
import {
  deviceNames,
  maskNames,
  modelForms,
  modelNames,
  modelOptions,
  mostContentLatents,
  mostThreads,
  presetNames,
  withModel,
  withPreset,
  type ModelPreset,
  type ModelRecipe,
} from '@contract/recipe'
import type { Run } from '@contract/run'
import type { Perform } from '../command'
import { openProbability, positiveNumber, wholeNumber } from '../flags'
import { shareLines } from '../shareLines'
import { resumeRun, trainModels, type Trained } from '../stages'
import { amount, counted, duration, size } from '../wording'

interface Flags {
  readonly project: string
  readonly preset?: ModelPreset
  readonly model?: ModelRecipe['model']
  readonly latents?: number
  readonly contentLatents?: number
  readonly epochs?: number
  readonly batchSize?: number
  readonly alpha?: number
  readonly beta?: number
  readonly form?: NonNullable<ModelRecipe['form']>
  readonly edgeProbability?: number
  readonly mask?: NonNullable<ModelRecipe['mask']>
  readonly hidden?: number
  readonly stopWhen?: ModelRecipe['stopWhen']
  readonly covariate?: string[]
  readonly compareWithin?: string[]
  readonly warmUp?: number
  readonly seed?: number
  readonly device?: ModelRecipe['device']
  readonly threads?: number
  readonly resume?: string
  readonly json?: true
}

/** Nothing for a model that says nothing of edges. */
function edgeLines({ metrics, configuration }: Run): string[] {
  if (!metrics || metrics.edges === null || metrics.possibleEdges === null || metrics.latentsInUse === null) {
    return []
  }
  const { edges, possibleEdges, latentsInUse } = metrics
  return [
    `  ${amount(edges)} of ${amount(possibleEdges)} possible edges, ${amount(latentsInUse)} of ${amount(configuration.latents)} latents in use`,
  ]
}

export function runLines({ run, shares, seconds }: Trained): string[] {
  const { metrics } = run
  if (!metrics) return []
  return [
    `Run ${run.id}: ${counted(metrics.epochs, 'epoch')} in ${duration(seconds)}, on ${run.device?.detail ?? run.device?.name ?? 'an unknown device'}`,
    ...edgeLines(run),
    ...rotationLines(run),
    ...shareLines(shares),
    metrics.validationNegativeElbo === null
      ? `  negative ELBO ${metrics.trainNegativeElbo.toFixed(2)} nats per training cell`
      : `  negative ELBO ${metrics.validationNegativeElbo.toFixed(2)} nats per validation cell (${metrics.trainNegativeElbo.toFixed(2)} in training)`,
    `  peak memory ${size(metrics.peakMemoryBytes)}`,
    ...(run.stoppedBecause === null ? [] : [`  ${run.stoppedBecause}`]),
  ]
}

/** What the rotation between the phases came to: starts that differ tell of a hard search. */
function rotationLines({ metrics }: Run): string[] {
  if (!metrics?.rotation) return []
  const { identity, starts, turned } = metrics.rotation
  const found = starts.map((objective) => objective.toFixed(1)).join(', ')
  return [
    `  sparsity of the shifts before the rotation ${identity.toFixed(1)}, at the end of each search ${found} (lower is sparser)`,
    ...(turned ? [] : ['  no rotation was sparser: the latents were left as they were']),
  ]
}

const optionFlags = [
  ['alpha', '--alpha'],
  ['beta', '--beta'],
  ['form', '--form'],
  ['edgeProbability', '--edge-probability'],
  ['mask', '--mask'],
] as const

/** @throws `usage/optionOfOtherModel` when a flag is given that the model does not have */
export function refuseOtherOptions(
  model: ModelRecipe['model'],
  flags: Partial<Record<(typeof optionFlags)[number][0], unknown>>,
): void {
  for (const [option, flag] of optionFlags) {
    if (flags[option] === undefined || modelOptions[model].includes(option)) continue
    const models = modelNames.filter((name) => modelOptions[name].includes(option))
    throw new ShiftscopeError({
      code: 'usage/optionOfOtherModel',
      message: `The model "${model}" has no ${flag}.`,
      where: flag,
      hint: `Leave it out, or choose a model that has it: ${models.join(', ')}.`,
    })
  }
}

/** @throws `usage/epochsOfStart` when the start of a run takes all of its epochs */
export function refuseTooFewEpochs({ epochs, start }: ModelRecipe): void {
  if (!start || start.epochs < epochs) return
  throw new ShiftscopeError({
    code: 'usage/epochsOfStart',
    message: `The run begins with ${counted(start.epochs, 'epoch')} of an iVAE: ${counted(epochs, 'epoch')} in all leave none for the model itself.`,
    where: '--epochs',
    hint: `Give more than ${start.epochs} epochs, or take another preset: --preset quick or --preset paper.`,
  })
}

/**
 * The first model of the recipe with the preset and the flags that were given.
 * @throws `usage/optionOfOtherModel`, `usage/epochsOfStart`
 */
function modelWithFlags([first]: readonly ModelRecipe[], flags: Flags): ModelRecipe {
  const before = flags.preset === undefined ? first : withPreset(first, flags.preset)
  const model = flags.model === undefined ? before : withModel(before, flags.model)
  refuseOtherOptions(model.model, flags)
  const changed: ModelRecipe = {
    ...model,
    latents: flags.latents ?? before.latents,
    contentLatents: flags.contentLatents ?? before.contentLatents,
    epochs: flags.epochs ?? before.epochs,
    batchSize: flags.batchSize ?? before.batchSize,
    alpha: flags.alpha ?? model.alpha,
    beta: flags.beta ?? model.beta,
    form: flags.form ?? model.form,
    edgeProbability: flags.edgeProbability ?? model.edgeProbability,
    mask: flags.mask ?? model.mask,
    hidden: flags.hidden ?? before.hidden,
    stopWhen: flags.stopWhen ?? before.stopWhen,
    covariates: flags.covariate ?? before.covariates,
    compareWithin: flags.compareWithin ?? before.compareWithin,
    warmUp: flags.warmUp ?? before.warmUp,
    seed: flags.seed ?? before.seed,
    device: flags.device ?? before.device,
    threads: flags.threads ?? before.threads,
  }
  refuseTooFewEpochs(changed)
  return changed
}

export function addTrain(program: Command, perform: Perform): void {
  const preset = new Option(
    '--preset <name>',
    'ready-made settings, which other flags change: a quick look, as in the paper, or thorough (sVAE+ after an iVAE with rotated latents)',
  ).choices([...presetNames])
  const model = new Option('--model <name>', 'model to train').choices([...modelNames])
  const latents = new Option('--latents <n>', 'number of latent processes').argParser(
    wholeNumber({ from: 1, to: 500 }),
  )
  const contentLatents = new Option(
    '--content-latents <n>',
    'latents beside them that no perturbation shifts, for what varies between cells anyway (default: 0)',
  ).argParser(wholeNumber({ from: 0, to: mostContentLatents }))
  const epochs = new Option('--epochs <n>', 'passes over the training cells').argParser(
    wholeNumber({ from: 1, to: 10_000 }),
  )
  const batchSize = new Option('--batch-size <n>', 'cells of a minibatch').argParser(
    wholeNumber({ from: 3, to: 65_536 }),
  )
  const alpha = new Option(
    '--alpha <x>',
    'strength of the sparsity: of the prior Beta(1, alpha) of svae-plus (default: the number of perturbations), of the penalty of svae (default: 60)',
  ).argParser(positiveNumber)
  const beta = new Option('--beta <x>', 'weight of the KL term of beta-vae (default: 10)').argParser(
    positiveNumber,
  )
  const form = new Option(
    '--form <name>',
    'form of ivae, svae and svae-plus: as in the published code (default) or as in the paper',
  ).choices([...modelForms])
  const edgeProbability = new Option(
    '--edge-probability <x>',
    'prior probability of an edge of sams-vae (default: 0.1)',
  ).argParser(openProbability)
  const mask = new Option(
    '--mask <name>',
    'mask of svae-plus: drawn for each cell (default), or the divergence averaged over it',
  ).choices([...maskNames])
  const hidden = new Option('--hidden <n>', 'units of each hidden layer').argParser(
    wholeNumber({ from: 1, to: 4096 }),
  )
  const warmUp = new Option('--warm-up <n>', 'epochs over which the KL term is turned on').argParser(
    wholeNumber({ from: 0 }),
  )
  const stopWhen = new Option(
    '--stop-when <rule>',
    'what must rest before training stops early: the loss (as published), or the number of edges too',
  ).choices(['lossRests', 'lossAndEdgesRest'])
  const covariate = new Option(
    '--covariate <column...>',
    'columns of the cell annotation (batch, replicate, cell type) that encoder and decoder are given',
  )
  const compareWithin = new Option(
    '--compare-within <column...>',
    'columns (batch, replicate, cell type) within whose levels observed shifts are compared with control',
  )
  const seed = new Option('--seed <n>', 'seed of everything random in the run').argParser(
    wholeNumber({ from: 0, to: 0xffffffff }),
  )
  const device = new Option('--device <name>', 'what computes').choices([...deviceNames])
  const threads = new Option('--threads <n>', 'threads of the CPU engine').argParser(
    wholeNumber({ from: 1, to: mostThreads }),
  )
  const options = [alpha, beta, form, edgeProbability, mask]
  const settings = [
    preset,
    model,
    latents,
    contentLatents,
    epochs,
    batchSize,
    ...options,
    hidden,
    warmUp,
    stopWhen,
    covariate,
    compareWithin,
    seed,
    device,
    threads,
  ]

  const command = program
    .command('train')
    .summary('train a model, or go on with a run')
    .description(
      'Trains a model on the prepared screen and prints the id of the run. What is not given stays as in the recipe of the project. Ctrl-C keeps a checkpoint; --resume goes on from it.',
    )
    .requiredOption('--project <folder>', 'folder of the project')
  for (const option of settings) command.addOption(option)
  command
    .addOption(
      // A run goes on with its own settings.
      new Option('--resume <run>', 'go on with a run that was stopped or interrupted').conflicts(
        settings.map((option) => option.attributeName()),
      ),
    )
    .option('--json', 'print one JSON document')
    .action((flags: Flags) =>
      perform(flags.json ?? false, async (session) => {
        const directory = resolve(flags.project)
        const start = async (): Promise<Trained[]> => {
          if (flags.resume !== undefined) return resumeRun(session, directory, flags.resume)
          return trainModels(session, directory, (recipe) => ({
            ...recipe,
            models: [modelWithFlags(recipe.models, flags)],
          }))
        }
        const [trained] = await start()
        const run: Run = trained.run
        for (const line of flags.json ? [] : runLines(trained)) session.terminal.report(line)
        return { value: { directory, run, seconds: trained.seconds }, lines: [run.id] }
      }),
    )
}
