import { describe, expect, test } from 'vitest'
import { compileKernels, instantiateKernels } from './kernels'
import { stripOutputs } from './layouts'
import { KernelMemory } from './memory'

const rowBytes = stripOutputs * 4

function kernelsOn(memory: KernelMemory) {
  return instantiateKernels(compileKernels(false).module, memory.memory)
}

const columns = 5
const stride = 8
const matrix = [
  [0, 0, 0, 0, 0],
  [1, 2, 3, 4, 5],
  [-0, 7, 0, Number.NaN, 0],
  [0, 0, 0, 0, -1e-40],
]

/** Lists of rows or columns as pairs of where a row of a strip begins, in rows, and the value. */
function listed(lines: 'rows' | 'columns', keepZeros: 0 | 1): (readonly [number, number])[][] {
  const memory = new KernelMemory(false)
  const kernels = kernelsOn(memory)
  const [values, begins, ends] = Array.from({ length: 3 }, () => memory.allocate(256))
  const entries = memory.allocate(4096)
  // What was there before is in nobody's list.
  memory.integers(entries, 1024).fill(-1)
  matrix.forEach((row, index) => memory.floats(values, 64).set(row, index * stride))
  const [lists, others] = lines === 'rows' ? [matrix.length, columns] : [columns, matrix.length]
  const strides = lines === 'rows' ? [stride * 4, 4] : [4, stride * 4]
  kernels.listValues(0, lists, others, keepZeros, values, ...strides, begins, ends, entries)
  return Array.from({ length: lists }, (_, list) => {
    const [begin, end] = [memory.integers(begins, lists)[list], memory.integers(ends, lists)[list]]
    // Four empty entries close each list, for those who read four at a time.
    expect([...memory.integers(entries + end * 8, 8)]).toEqual(new Array(8).fill(0))
    return Array.from({ length: end - begin }, (_, at) => {
      const entry = entries + (begin + at) * 8
      return [memory.integers(entry, 1)[0] / rowBytes, memory.floats(entry, 2)[1]] as const
    })
  })
}

describe('lists of what is not zero', () => {
  test('of rows: nothing, all, both zeros left out, what is not a number and the smallest kept', () => {
    expect(listed('rows', 0)).toEqual([
      [],
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 5],
      ],
      [
        [1, 7],
        [3, Number.NaN],
      ],
      [[4, Math.fround(-1e-40)]],
    ])
  })

  test('of columns are those of the turned matrix', () => {
    const turned = listed('rows', 0).flatMap((list, row) =>
      list.map(([column, value]) => ({ column, row, value })),
    )
    expect(listed('columns', 0)).toEqual(
      Array.from({ length: columns }, (_, column) =>
        turned.filter((entry) => entry.column === column).map(({ row, value }) => [row, value]),
      ),
    )
  })

  test('hold zeros too where these pass gradients', () => {
    for (const list of listed('rows', 1)) expect(list.map(([column]) => column)).toEqual([0, 1, 2, 3, 4])
    for (const list of listed('columns', 1)) expect(list.map(([row]) => row)).toEqual([0, 1, 2, 3])
  })
})

/** Outputs of every width that is summed in its own way, and both sides of a strip's end. */
const widths = [1, 4, 5, 16, 17, 20, 32, 33, 36, 47, 48, 49, 96, 101]
const inputs = 7
const cells = 3

/** Some numbers without a pattern. */
const numberAt = (index: number): number => Math.fround(Math.sin(index * index + 1))

describe.each(widths)('a layer of %i outputs on listed inputs', (outputs) => {
  const memory = new KernelMemory(false)
  const kernels = kernelsOn(memory)
  const strips = Math.ceil(outputs / stripOutputs)
  const padded = Math.ceil(inputs / 4) * 4
  const room = (floats: number): number => memory.allocate(floats * 4)
  const weights = room(strips * padded * stripOutputs)
  const rowFloats = Math.ceil(outputs / 4) * 4
  const [bias, out] = [room(rowFloats), room(cells * rowFloats)]
  const [values, begins, ends, entries] = [room(64), room(16), room(16), room(512)]
  const scratch = memory.allocate(kernels.sparseLayerScratch(cells, inputs))
  const input = (cell: number, at: number): number => ((cell + at) % 3 === 1 ? 0 : numberAt(10 * cell + at))
  const weight = (output: number, at: number): number => numberAt(100 * at + output)
  const placeOf = (output: number, at: number): number =>
    Math.floor(output / stripOutputs) * padded * stripOutputs + at * stripOutputs + (output % stripOutputs)
  for (let output = 0; output < outputs; output++) {
    memory.floats(bias, outputs)[output] = numberAt(-output)
    for (let at = 0; at < inputs; at++) {
      memory.floats(weights, strips * padded * stripOutputs)[placeOf(output, at)] = weight(output, at)
    }
  }
  for (let cell = 0; cell < cells; cell++) {
    for (let at = 0; at < inputs; at++) memory.floats(values, 64)[cell * 8 + at] = input(cell, at)
  }
  kernels.listValues(0, cells, inputs, 0, values, 32, 4, begins, ends, entries)

  test('forward', () => {
    const layer = [weights, bias, out, rowFloats * 4, scratch]
    kernels.sparseLayer(0, cells, inputs, Math.ceil(outputs / 4) * 4, begins, ends, entries, ...layer)
    for (let cell = 0; cell < cells; cell++) {
      for (let output = 0; output < outputs; output++) {
        let sum = numberAt(-output)
        for (let at = 0; at < inputs; at++) sum += input(cell, at) * weight(output, at)
        expect(memory.floats(out, cells * rowFloats)[cell * rowFloats + output]).toBeCloseTo(sum, 5)
      }
    }
  })

  test('gradients by the inputs that are listed, zero for the others, added to what is there or not', () => {
    const gradient = (cell: number, output: number): number => numberAt(1000 * cell + output)
    const [gradients, byInput] = [room(cells * rowFloats + 8), room(cells * 8)]
    // Beyond the last column may be anything.
    memory.floats(gradients, cells * rowFloats + 8).fill(Number.NaN)
    for (let cell = 0; cell < cells; cell++) {
      for (let output = 0; output < outputs; output++) {
        memory.floats(gradients, cells * rowFloats)[cell * rowFloats + output] = gradient(cell, output)
      }
    }
    const given = [begins, ends, entries, gradients, rowFloats * 4, weights]
    for (const add of [0, 1]) {
      if (!add) memory.floats(byInput, cells * 8).fill(9)
      kernels.sparseLayerInputs(0, cells, inputs, outputs, ...given, add, byInput, 32, scratch)
      for (let cell = 0; cell < cells; cell++) {
        for (let at = 0; at < inputs; at++) {
          let sum = 0
          for (let output = 0; output < outputs; output++) sum += gradient(cell, output) * weight(output, at)
          const expected = input(cell, at) === 0 ? 0 : (1 + add) * sum
          expect(memory.floats(byInput, cells * 8)[cell * 8 + at]).toBeCloseTo(expected, 4)
        }
      }
    }
  })
})
