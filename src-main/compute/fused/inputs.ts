import type { CountMatrix } from '../../screen/countMatrix'
import { designOfCells, requireCovariates, type Design } from '../design'
import type { Batch, BatchNoise, EncoderPoints } from '../executor'
import type { Model } from '../model'
import { streamOf } from '../noise'
import { stripOutputs, writeRows } from './layouts'
import type { KernelMemory } from './memory'
import { writeStream } from './noiseKernels'
import type { DesignPlaces, PlanBuilder } from './plan'

/** Bytes from row to row of a strip, in which lists count. */
const stripRowBytes = stripOutputs * 4

/** Copies stored counts as they are; the kernels widen them. */
export function writeCounts(memory: KernelMemory, { inputs }: PlanBuilder, counts: CountMatrix): void {
  const { cells, rowStarts, geneIndices } = counts
  memory.integers(inputs.rowStarts, cells + 1).set(rowStarts)
  const stored = rowStarts[cells]
  const { buffer, byteOffset } = counts.counts
  memory
    .bytes(inputs.rawGenes, stored * inputs.geneBytes)
    .set(new Uint8Array(geneIndices.buffer, geneIndices.byteOffset, stored * inputs.geneBytes))
  memory
    .bytes(inputs.rawCounts, stored * inputs.countBytes)
    .set(new Uint8Array(buffer, byteOffset, stored * inputs.countBytes))
}

/** The stored counts as they were copied. */
export function readCounts(memory: KernelMemory, { inputs, cells }: PlanBuilder): ArrayLike<number> {
  const stored = memory.integers(inputs.rowStarts, cells + 1)[cells]
  const { buffer, byteOffset } = memory.bytes(inputs.rawCounts, stored * inputs.countBytes)
  switch (inputs.countBytes) {
    case 1:
      return new Uint8Array(buffer, byteOffset, stored)
    case 2:
      return new Uint16Array(buffer, byteOffset, stored)
    default:
      return new Uint32Array(buffer, byteOffset, stored)
  }
}

/** Copies the lists of the cells' perturbations or levels. */
export function writeDesign(memory: KernelMemory, places: DesignPlaces, { starts, rows }: Design): void {
  memory.integers(places.starts, starts.length).set(starts)
  memory.integers(places.rows, rows.length).set(rows)
}

/** Copies the levels of the cells where the model has covariates. */
export function writeCovariates(
  memory: KernelMemory,
  { inputs, surroundings }: PlanBuilder,
  covariates: Design | null,
): void {
  if (surroundings.model.covariateLevels > 0) {
    writeDesign(memory, inputs.covariates, requireCovariates(covariates))
  }
}

/**
 * Copies the random numbers that the pass uses, or says where the kernels are to draw them.
 * @param firstCell of the batch that is in the pass, where the pass is for a part of it
 */
export function writeNoise(
  memory: KernelMemory,
  builder: PlanBuilder,
  noise: BatchNoise,
  firstCell: number,
): void {
  for (const node of builder.request.recording.nodes) {
    if (node.operation.kind !== 'noise') continue
    const { name } = node.operation
    if (noise.kind === 'given') {
      const { address, layout } = builder.place(node)
      writeRows(layout, noise.tensors[name], memory.floats(address, layout.length))
    } else {
      const { stream, description } = found(builder.drawnNoise, name)
      const rowZero = description.rows === 'cells' ? firstCell : 0
      writeStream(memory.integers(stream, 5), streamOf(description, noise.position), rowZero)
    }
  }
}

function found<T>(values: ReadonlyMap<string, T>, name: string): T {
  const value = values.get(name)
  if (!value) throw new Error(`This pass does not draw the noise ${name}.`)
  return value
}

/** Copies the entries of some points. */
export function writePoints(
  memory: KernelMemory,
  builder: PlanBuilder,
  points: EncoderPoints,
  first: number,
  end: number,
): void {
  const { inputs } = builder
  const [from, to] = [points.rowStarts[first], points.rowStarts[end]]
  const starts = memory.integers(inputs.rowStarts, end - first + 1)
  for (let row = first; row <= end; row++) starts[row - first] = points.rowStarts[row] - from
  memory.integers(inputs.storedGenes, to - from).set(points.geneIndices.subarray(from, to))
  const [rows, values] = [
    memory.integers(inputs.entries, 2 * (to - from)),
    memory.floats(inputs.entries, 2 * (to - from)),
  ]
  for (let entry = from, at = 0; entry < to; entry++, at += 2) {
    rows[at] = points.geneIndices[entry] * stripRowBytes
    values[at + 1] = points.logCounts[entry]
  }
  memory.floats(inputs.factors, to - from).set(points.factors.subarray(from, to))
  writeCovariates(memory, builder, points.covariates && designOfCells(points.covariates, first, end))
}

/** Some cells of a batch, with their part of the design and of the noise. */
export function cellsOfBatch(batch: Batch, first: number, end: number, model: Model): Batch {
  const { cells, genes, rowStarts, geneIndices, counts } = batch.counts
  const rows = (values: Float32Array): Float32Array =>
    values.subarray((values.length / cells) * first, (values.length / cells) * end)
  const [from, to] = [rowStarts[first], rowStarts[end]]
  return {
    counts: {
      cells: end - first,
      genes,
      rowStarts: rowStarts.slice(first, end + 1).map((start) => start - from),
      geneIndices: geneIndices.subarray(from, to),
      counts: counts.subarray(from, to),
    },
    covariates: batch.covariates && designOfCells(batch.covariates, first, end),
    design: designOfCells(batch.design, first, end),
    noise: noiseOfCells(batch.noise, rows, model),
  }
}

/** Given random numbers of some cells; those that are drawn are told apart by where they are drawn. */
function noiseOfCells(
  noise: BatchNoise,
  rows: (values: Float32Array) => Float32Array,
  model: Model,
): BatchNoise {
  if (noise.kind === 'drawn') return noise
  const tensors = Object.fromEntries(
    Object.entries(noise.tensors).map(([name, values]) => {
      const description = model.noise.find((known) => known.name === name)
      return [name, description?.rows === 'cells' ? rows(values) : values]
    }),
  )
  return { kind: 'given', tensors }
}
