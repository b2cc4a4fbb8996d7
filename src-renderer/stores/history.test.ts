import { describe, expect, it } from 'vitest'
import { emptyHistory, remember, stepBack, stepForward } from './history'

describe('history', () => {
  it('goes back and forward through what was remembered', () => {
    const history = remember(remember(emptyHistory<string>(), 'a'), 'b')
    const back = stepBack(history, 'c')
    expect(back?.present).toBe('b')
    const again = back && stepBack(back.history, back.present)
    expect(again?.present).toBe('a')
    const forward = again && stepForward(again.history, again.present)
    expect(forward?.present).toBe('b')
    expect(forward && stepForward(forward.history, forward.present)?.present).toBe('c')
  })

  it('has no step before the first and after the last', () => {
    expect(stepBack(emptyHistory(), 'a')).toBeNull()
    expect(stepForward(emptyHistory(), 'a')).toBeNull()
  })

  it('forgets what was undone when something else is changed', () => {
    const back = stepBack(remember(emptyHistory<string>(), 'a'), 'b')
    const changed = back && remember(back.history, back.present)
    expect(changed && stepForward(changed, 'c')).toBeNull()
  })

  it('keeps the last hundred', () => {
    let history = emptyHistory<number>()
    for (let step = 0; step < 150; step += 1) history = remember(history, step)
    expect(history.past).toHaveLength(100)
    expect(history.past.at(0)).toBe(50)
  })
})
