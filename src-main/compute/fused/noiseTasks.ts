import { part, strideOf } from './access'
import { distributionNumbers } from './noiseKernels'
import type { PlanBuilder } from './plan'
import type { Node, OperationOf } from './recording'

/** Words of a stream, each as large as a float: key, position, first row. */
const streamWords = 5

/** Draws the random numbers of one kind; from which stream is told with every batch. */
export function drawNoise(builder: PlanBuilder, node: Node, { name }: OperationOf<'noise'>): void {
  const description = builder.surroundings.model.noise.find((noise) => noise.name === name)
  if (!description) throw new Error(`The model does not describe the noise ${name}.`)
  const stream = builder.room(streamWords)
  builder.drawnNoise.set(name, { stream, description })
  const out = builder.place(node)
  const split = builder.rowSplit(node)
  const numbers = distributionNumbers(description.distribution)
  builder.add({
    kernel: 'drawRows',
    split,
    numbers: (begin, end, thread) => [
      ...[begin, end, node.columns, ...numbers],
      ...[stream, out.address, strideOf(out), builder.scratchOf(thread)],
    ],
    reads: [],
    writes: [part(out, split)],
  })
}
