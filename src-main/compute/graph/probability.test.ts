import { scalar, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import golden from '../../golden/special_functions.json'
import {
  bernoulliKl,
  betaPenalty,
  floatsOf,
  gaussianKl,
  straightThroughSigmoid,
  weightedSum,
} from './probability'
import { Tape, type Value } from './tape'
import { startCpu } from './tfjsBackend'

beforeAll(startCpu)

function logit(probability: number): number {
  return Math.log(probability) - Math.log1p(-probability)
}

/** The single number that an operation gives. */
function numberOf(operation: (tape: Tape) => Value): number {
  const numbers: number[] = []
  tidy(() => {
    numbers.push(floatsOf(operation(new Tape(false)).tensor)[0])
  })
  return numbers[0]
}

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(2e-5 + 2e-5 * Math.abs(expected))
}

describe('terms of the loss', () => {
  test.each(golden.bernoulli_kl)('KL(Bern(%d) ‖ Bern(%d))', (q, psi, expected) => {
    expectClose(
      numberOf((tape) =>
        bernoulliKl(tape, tape.constant(tensor1d([logit(q)])), tape.constant(tensor1d([logit(psi)])), false),
      ),
      expected,
    )
  })

  test.each(golden.log_beta_1_a)('log Beta(%d; 1, %d)', (q, alpha, expected) => {
    expectClose(-numberOf((tape) => betaPenalty(tape, tape.constant(tensor1d([logit(q)])), alpha)), expected)
  })

  test.each(golden.kl_normal)('KL(N(%d, %d) ‖ N(%d, 1))', (mean, variance, priorMean, expected) => {
    const column = (tape: Tape, value: number): Value => tape.constant(tensor2d([[value]]))
    expectClose(
      numberOf((tape) =>
        gaussianKl(tape, column(tape, mean), column(tape, variance), column(tape, priorMean)),
      ),
      expected,
    )
  })

  test('edge probabilities that are nearly 0 or 1 stay finite', () => {
    tidy(() => {
      const tape = new Tape(true)
      const logits = tape.variable(tensor1d([-200, 200]))
      const penalty = betaPenalty(tape, logits, 25)
      expectClose(floatsOf(penalty.tensor)[0], 24 * 200 - 2 * Math.log(25))
      tape.backward(penalty, scalar(1))
      expect(logits.gradient && [...floatsOf(logits.gradient)]).toEqual([0, 24])
    })
  })
})

test('a mask entry is hard forward and soft backward', () => {
  tidy(() => {
    const tape = new Tape(true)
    const logits = tape.variable(tensor2d([[1, -1, 0.5]]))
    const mask = straightThroughSigmoid(tape, logits, tape.constant(tensor2d([[-3, 2, -0.25]])))
    expect([...floatsOf(mask.tensor)]).toEqual([0, 1, 1])
    tape.backward(weightedSum(tape, [{ term: mask, weight: 2 }]), scalar(1))
    const slope = (x: number): number => (2 * Math.exp(-x)) / (1 + Math.exp(-x)) ** 2
    const gradient = logits.gradient ? [...floatsOf(logits.gradient)] : []
    ;[-2, 1, 0.25].forEach((argument, at) => expectClose(gradient[at], slope(argument)))
  })
})
