import type { AdamSettings } from '../adam'
import { someCells } from '../cellRows'
import type {
  Batch,
  BatchFigures,
  EncoderPoints,
  Inspection,
  ModelState,
  ObservedCells,
  ParticleBlock,
  ParticleNoise,
  ParticleRequest,
  Session,
} from '../executor'
import { recordDecoder, recordEncoder, recordLoss, recordPosterior } from '../fused/recording'
import type { Model, NamedTensors } from '../model'
import { noiseTensors } from '../drawNoise'
import type { Asker } from './asker'
import type { ModelDescription, QuestionBody, QuestionName, QuestionReply } from './messages'
import { programOf, type Program } from './program'

function descriptionOf(model: Model): ModelDescription {
  const { name, genes, latents, shiftedLatents, perturbations, covariateLevels, addsParts } = model
  return {
    name,
    genes,
    latents,
    shiftedLatents,
    perturbations,
    covariateLevels,
    addsParts,
    parameters: model.parameters.map((tensor) => ({
      name: tensor.name,
      shape: [...tensor.shape],
      trained: tensor.trained,
    })),
    statistics: model.statistics.map((tensor) => ({
      name: tensor.name,
      shape: [...tensor.shape],
      moves: tensor.moves,
    })),
    noise: [...model.noise],
  }
}

/** The part of a request that is about one cell. */
function cellOf(request: ParticleRequest, cell: number): QuestionBody<'logWeights'>['cell'] {
  const { counts, shifts, edgeLogits, particles, noise } = request
  const latents = shifts.length / counts.cells
  const ofCell = (values: Float32Array, width: number): Float32Array =>
    values.subarray(cell * width, (cell + 1) * width)
  const noiseOfCell = (all: ParticleNoise) =>
    all.kind === 'drawn'
      ? { kind: all.kind, seed: all.seed, streams: [all.streams[cell]] }
      : {
          kind: all.kind,
          normals: ofCell(all.normals, particles * latents),
          logistics: ofCell(all.logistics, particles * latents),
        }
  return {
    ...someCells(request, Uint32Array.of(cell)),
    shifts: ofCell(shifts, latents),
    edgeLogits: edgeLogits && ofCell(edgeLogits, latents),
    particles,
    noise: noiseOfCell(noise),
  }
}

/** A session whose values are elsewhere. */
export class RemoteSession implements Session {
  /** The batch with its random numbers, which are drawn here: the same as on this machine's processor. */
  private drawn(batch: Batch): QuestionBody<'step'>['batch'] {
    return {
      ...batch,
      noise: { kind: 'given', tensors: noiseTensors(this.model, batch.counts.cells, batch.noise) },
    }
  }

  private readonly opened: Promise<Asker>

  /**
   * @param connected the line to where the values will be
   * @param release told once when the session is closed
   */
  constructor(
    connected: Promise<Asker>,
    private readonly release: () => void,
    private readonly session: number,
    readonly model: Model,
    state: ModelState,
  ) {
    this.opened = connected.then(async (asker) => {
      await asker.ask('open', { session, model: descriptionOf(model), state })
      return asker
    })
    // Whoever uses the session hears of it; one that nobody uses must not end the process.
    this.opened.catch(() => undefined)
  }

  step(batch: Batch, klWeight: number, adam: AdamSettings): Promise<BatchFigures> {
    const program = this.lossProgram(batch, klWeight, true)
    return this.ask('step', { session: this.session, program, batch: this.drawn(batch), adam })
  }

  evaluate(batch: Batch, klWeight: number): Promise<BatchFigures> {
    const program = this.lossProgram(batch, klWeight, false)
    return this.ask('evaluate', { session: this.session, program, batch: this.drawn(batch) })
  }

  inspect(batch: Batch, klWeight: number, mode: 'training' | 'evaluation'): Promise<Inspection> {
    const program = this.lossProgram(batch, klWeight, mode === 'training')
    return this.ask('inspect', { session: this.session, program, batch: this.drawn(batch), mode })
  }

  async encode({ counts, covariates }: ObservedCells): Promise<Float32Array> {
    const program = this.encoderProgram()
    return (await this.ask('encode', { session: this.session, program, cells: { counts, covariates } }))
      .values
  }

  async encoderGradients(points: EncoderPoints): Promise<Float32Array> {
    const program = this.encoderProgram()
    return (await this.ask('encoderGradients', { session: this.session, program, points })).values
  }

  async *logWeights(request: ParticleRequest): AsyncGenerator<ParticleBlock> {
    const { session } = this
    const posterior = programOf(recordPosterior(this.model))
    const decoder = programOf(recordDecoder(this.model))
    for (let cell = 0; cell < request.counts.cells; cell++) {
      const asked = { session, posterior, decoder, cell: cellOf(request, cell) }
      yield { cell, logWeights: (await this.ask('logWeights', asked)).values }
    }
  }

  parameters(names: readonly string[]): Promise<NamedTensors> {
    return this.ask('parameters', { session: this.session, names: [...names] })
  }

  state(): Promise<ModelState> {
    return this.ask('state', { session: this.session })
  }

  close(): void {
    this.ask('close', { session: this.session })
      // A line that is gone has closed it.
      .catch(() => undefined)
      .finally(() => this.release())
  }

  private async ask<Name extends QuestionName>(
    name: Name,
    body: QuestionBody<Name>,
  ): Promise<QuestionReply<Name>> {
    return (await this.opened).ask(name, body)
  }

  private lossProgram({ counts }: Batch, klWeight: number, training: boolean): Program {
    return programOf(recordLoss(this.model, counts.cells, klWeight, training))
  }

  private encoderProgram(): Program {
    return programOf(recordEncoder(this.model))
  }
}
