import type { ModelRecipe } from '@contract/recipe'
import type { EpochRecord, Rotation } from '@contract/run'
import type { Batch, BatchFigures, Executor, ModelState, Session } from '../compute/executor'
import { completeConfiguration, type ScreenSize } from '../models/createModel'
import type { ModelStage } from '../models/stages'
import { Breaths } from '../screen/longWork'
import { BatchMaker, batchesPerEpoch, cellOrder } from './batches'
import { noSums, placeOf, requireSameScreen, unbegun } from './checkpoint'
import type { Checkpoint, EpochSums, Progress } from './checkpoint'
import { DeviceFailed, readableState, type FailedStep } from './deviceFailure'
import { bestEpoch, reasonToStop } from './earlyStopping'
import { epochRecord, runMetrics, type FigureSums } from './figures'
import { validationEpoch } from '../compute/noise'
import { notFinite } from './notFinite'
import { adamAt, phaseAfter, type Phase } from './phases'
import { klWeightAt } from './schedule'
import { startState } from './startState'
import { learntPerturbations, screenSize } from './trainingData'
import type { TrainingOptions, TrainingOutcome } from './trainingOptions'
import { turnLatents } from './turnLatents'

/** Messages (pause, cancel) are let in at least this often. */
const millisecondsBetweenBreaths = 100
const millisecondsBetweenRemembered = 10_000

/** One run on one device: the values it trains and how far it has come. */
export class TrainingRun {
  private readonly stage: ModelStage
  private readonly configuration: ModelRecipe
  private readonly size: ScreenSize
  private phase: Phase
  private session: Session
  private readonly batches: number
  private maker: BatchMaker
  private epoch: number
  private batch: number
  private sums: EpochSums
  private readonly history: EpochRecord[]
  private rotation: Rotation | null
  /** The last one that was kept: where to go on when the device is lost with its values. */
  private kept: Checkpoint | null
  /** The values at the end of the best epoch, as far as they were remembered: what a run that diverges is put back to. */
  private best: Checkpoint | null = null
  private rememberedAt = -Infinity
  /** Steps of Adam since the start of the phase. */
  private steps: number
  private checkpointAt = performance.now()
  private readonly breaths = new Breaths(millisecondsBetweenBreaths)

  constructor(
    private readonly options: TrainingOptions,
    private readonly executor: Executor,
  ) {
    const { data, configuration, resumeFrom, startFrom } = options
    this.stage = resumeFrom?.stage ?? options.stage ?? 'joint'
    this.configuration = resumeFrom?.configuration ?? completeConfiguration(configuration, data.perturbations)
    this.size = screenSize(data)
    if (resumeFrom) requireSameScreen(resumeFrom.size, this.size)
    const progress: Progress = resumeFrom?.progress ?? unbegun
    this.phase = phaseAfter(this.configuration, this.size, progress.epoch, this.stage)
    const { model } = this.phase
    this.kept = resumeFrom ?? null
    this.steps = resumeFrom?.state.adam.steps ?? 0
    const state = resumeFrom?.state ?? startFrom?.(model) ?? startState(model, this.configuration.seed)
    try {
      this.session = executor.open(model, state)
    } catch (error) {
      throw new DeviceFailed(error, this.kept)
    }
    const { threads } = this.session
    // Other threads give other last digits: a resumed run takes as many.
    if (threads !== undefined) this.configuration = { ...this.configuration, threads }
    this.maker = new BatchMaker(model, data, this.configuration.seed)
    this.batches = batchesPerEpoch(data.trainingCells.length, this.configuration.batchSize)
    this.epoch = progress.epoch
    this.batch = progress.batch
    this.sums = progress.sums
    this.history = [...progress.history]
    this.rotation = progress.rotation
  }

  /**
   * Tries a step without keeping it.
   * @throws ShiftscopeError `training/notFinite` when its loss is no number
   */
  async requireFiniteLoss(step: FailedStep): Promise<void> {
    const { figures } = await this.onDevice(() => this.session.inspect(step.batch, step.klWeight, 'training'))
    if (!Number.isFinite(figures.loss)) throw await this.lossFailed(step, figures.loss, 'training')
  }

  /** @param beforehand done first; the device is freed whatever becomes of it */
  async run(beforehand?: () => Promise<void>): Promise<TrainingOutcome> {
    try {
      await beforehand?.()
      await this.options.onStart?.(this.configuration)
      const { state, stoppedBecause } = await this.trainUntilDone()
      const checkpoint = await this.keepCheckpoint()
      return {
        state,
        checkpoint,
        stoppedBecause,
        metrics: runMetrics(
          this.history,
          this.phase.model,
          checkpoint.state.parameters,
          learntPerturbations(this.phase.model, this.options.data),
          this.rotation,
        ),
      }
    } finally {
      this.close()
    }
  }

  private close(): void {
    try {
      this.session.close()
    } catch {
      // A device that was lost has nothing left to free.
    }
  }

  private async trainUntilDone(): Promise<Pick<TrainingOutcome, 'state' | 'stoppedBecause'>> {
    const { epochs } = this.configuration
    while (this.epoch < epochs) {
      const reason = this.batch === 0 ? reasonToStop(this.judgedEpochs(), this.configuration) : null
      if (reason) return { state: 'done', stoppedBecause: reason }
      if (!(await this.trainEpoch())) return { state: 'paused', stoppedBecause: null }
      await this.options.onEpoch(this.history[this.history.length - 1])
      if (this.options.finishSignal?.aborted && this.epoch < epochs) {
        return { state: 'done', stoppedBecause: `Ended on request after epoch ${this.epoch}.` }
      }
    }
    return { state: 'done', stoppedBecause: null }
  }

  /** Epochs by which the run may stop early: those of its last phase. A start has all its epochs. */
  private judgedEpochs(): readonly EpochRecord[] {
    return this.phase.isLast ? this.history.filter(({ phase }) => phase === this.phase.number) : []
  }

  /** Returns false when paused in the middle. */
  private async trainEpoch(): Promise<boolean> {
    const { data, onProgress } = this.options
    const { seed, batchSize } = this.configuration
    const { model, warmUp, epochsBefore } = this.phase
    const number = this.epoch + 1
    const klWeight = klWeightAt(this.epoch - epochsBefore, warmUp)
    const order = cellOrder(data, seed, number)
    while (this.batch < this.batches) {
      await this.breaths.take()
      if (this.options.signal?.aborted) return false
      const started = performance.now()
      const cells = order.subarray(this.batch * batchSize, (this.batch + 1) * batchSize)
      const batch = this.maker.make(cells, { epoch: number, batch: this.batch })
      await this.takeStep(batch, klWeight, started)
      onProgress?.(this.batch / this.batches, number)
      await this.keepCheckpointWhenDue()
    }
    const started = performance.now()
    const validation = await this.validate()
    // Not the whole state: reading that back takes as long as some steps.
    const learnt = await this.onDevice(() => this.session.parameters(model.mechanismTensors))
    const record = epochRecord({
      epoch: number,
      phase: this.phase.number,
      seconds: this.sums.seconds + (performance.now() - started) / 1000,
      klWeight,
      training: this.sums,
      validation,
      mechanisms: model.mechanisms(learnt),
      trained: learntPerturbations(model, data),
    })
    await this.enterPhaseAfter(number)
    this.history.push(record)
    this.epoch = number
    this.batch = 0
    this.sums = noSums
    await this.rememberBest()
    return true
  }

  /** Not more often than this: reading all values back takes as long as some steps. */
  private async rememberBest(): Promise<void> {
    if (performance.now() - this.rememberedAt < millisecondsBetweenRemembered) return
    if (bestEpoch(this.history) !== this.history.at(-1)) return
    const state = await readableState(this.session, this.steps)
    if (state) this.best = this.checkpointOf(state)
    this.rememberedAt = performance.now()
  }

  /**
   * Goes over to the model that follows after so many epochs, where it is another one. Until the epoch is counted as
   * done, what can be gone on with is the start's.
   */
  private async enterPhaseAfter(epochs: number): Promise<void> {
    const next = phaseAfter(this.configuration, this.size, epochs, this.stage)
    if (next.number === this.phase.number) return
    const { data } = this.options
    const { seed } = this.configuration
    const { session, state, rotation } = await this.onDevice(async () => {
      const turned = await turnLatents(this.session, this.executor, next.model, data, seed)
      return { ...turned, session: this.executor.open(next.model, turned.state) }
    })
    this.close()
    this.session = session
    this.phase = next
    this.maker = new BatchMaker(next.model, data, seed)
    this.steps = state.adam.steps
    this.rotation = rotation
  }

  /** The same noise in every epoch, so that epochs can be compared. */
  private async validate(): Promise<FigureSums | null> {
    const { data } = this.options
    const { batchSize } = this.configuration
    const cells = data.validationCells
    if (cells.length === 0) return null
    let [logLikelihood, kl] = [0, 0]
    for (let start = 0, batch = 0; start < cells.length; start += batchSize, batch++) {
      await this.breaths.take()
      const position = { epoch: validationEpoch, batch }
      const part = this.maker.make(cells.subarray(start, start + batchSize), position)
      const figures = await this.onDevice(() => this.session.evaluate(part, 1))
      if (!Number.isFinite(figures.loss)) {
        throw await this.lossFailed({ batch: part, klWeight: 1 }, figures.loss, 'validation')
      }
      logLikelihood += figures.logLikelihood
      kl += figures.kl
    }
    return { cells: cells.length, logLikelihood, kl }
  }

  private addFigures(figures: BatchFigures, started: number): void {
    this.sums = {
      cells: this.sums.cells + figures.cells,
      logLikelihood: this.sums.logLikelihood + figures.logLikelihood,
      kl: this.sums.kl + figures.kl,
      sparsity: figures.sparsity,
      seconds: this.sums.seconds + (performance.now() - started) / 1000,
    }
  }

  private async takeStep(batch: Batch, klWeight: number, started: number): Promise<void> {
    const { shiftRate } = this.configuration
    const adam = adamAt(this.phase, shiftRate, this.epoch + this.batch / this.batches)
    const figures = await this.onDevice(() => this.session.step(batch, klWeight, adam))
    if (!Number.isFinite(figures.loss))
      throw await this.lossFailed({ batch, klWeight }, figures.loss, 'training')
    this.batch += 1
    this.steps += 1
    this.addFigures(figures, started)
  }

  /** Whatever a device throws is its failure: with it goes what can be gone on with. */
  private async onDevice<Result>(ask: () => Promise<Result>): Promise<Result> {
    try {
      return await ask()
    } catch (error) {
      throw new DeviceFailed(error, await this.recovered())
    }
  }

  /** The present values where they can still be read, or the last checkpoint. */
  private async recovered(): Promise<Checkpoint | null> {
    const state = await readableState(this.session, this.steps)
    return state ? this.checkpointOf(state) : this.kept
  }

  /** A loss that is no number: of the device where there is another to ask, of the model otherwise. */
  private async lossFailed(step: FailedStep, loss: number, part: 'training' | 'validation'): Promise<Error> {
    const reason = new Error(`It gave the loss ${loss}`)
    if (this.options.fallback?.covers(reason)) {
      const from = await this.recovered()
      // Only from the same values does the step show who is to blame.
      return new DeviceFailed(reason, from, part === 'training' && from !== this.kept ? step : null)
    }
    if (this.best) await this.keep(this.best)
    const { genes } = this.options.data
    const restored = this.kept?.progress.epoch ?? 0
    return notFinite(this.session, step, { loss, where: this.place(part), symbols: genes, restored })
  }

  private place(part: 'training' | 'validation'): string {
    return part === 'training'
      ? placeOf({ epoch: this.epoch, batch: this.batch }, this.batches)
      : `epoch ${this.epoch + 1}, validation`
  }

  private async keepCheckpointWhenDue(): Promise<void> {
    const { secondsBetweenCheckpoints = 60 } = this.options
    if (performance.now() - this.checkpointAt < secondsBetweenCheckpoints * 1000) return
    await this.keepCheckpoint()
  }

  private async keepCheckpoint(): Promise<Checkpoint> {
    const checkpoint = this.checkpointOf(await this.onDevice(() => this.session.state()))
    await this.keep(checkpoint)
    this.checkpointAt = performance.now()
    return checkpoint
  }

  private async keep(checkpoint: Checkpoint): Promise<void> {
    await this.options.onCheckpoint(checkpoint)
    this.kept = checkpoint
  }

  private checkpointOf(state: ModelState): Checkpoint {
    return {
      stage: this.stage,
      configuration: this.configuration,
      size: this.size,
      progress: {
        epoch: this.epoch,
        batch: this.batch,
        sums: this.sums,
        history: [...this.history],
        rotation: this.rotation,
      },
      state,
    }
  }
}
