import { describe, expect, it } from 'vitest'
import { closeFitNotice } from './closeFit'

/** [weight of the KL term, training, validation] of each epoch. */
type Epoch = readonly [number, number, number | null]

function noticeAfter(epochs: readonly Epoch[], model: 'svae-plus' | 'beta-vae' = 'svae-plus') {
  const history = epochs.map(([klWeight, trainNegativeElbo, validationNegativeElbo], at) => ({
    ...{ epoch: at + 1, klWeight, trainNegativeElbo, validationNegativeElbo },
  }))
  return closeFitNotice({ model }, history)
}

describe('a run that fits its training cells too closely', () => {
  const rising: readonly Epoch[] = [
    [1, 1160, 1190],
    [1, 1150, 1180],
    [1, 1120, 1204],
  ]

  it('is told with the epoch that was best and what to do', () => {
    const notice = noticeAfter(rising)
    expect(notice).toContain('most likely in epoch 2 (negative ELBO 1180.0 nats per cell)')
    expect(notice).toContain('became less so (1204.0, 2.0 % more)')
    expect(notice).toContain('fewer hidden units')
  })

  it('is not one that early stopping ended soon after its best', () => {
    expect(noticeAfter([...rising.slice(0, 2), [1, 1149, 1183]])).toBeNull()
  })

  it('is not one whose training cells became less likely too', () => {
    expect(noticeAfter([...rising.slice(0, 2), [1, 1170, 1204]])).toBeNull()
  })

  it('is judged by epochs with the whole KL term', () => {
    expect(
      noticeAfter([
        [0, 1000, 1000],
        [1, 990, 1180],
      ]),
    ).toBeNull()
  })

  it('cannot be told without validation cells, nor of β-VAE', () => {
    expect(noticeAfter(rising.map(([klWeight, training]) => [klWeight, training, null]))).toBeNull()
    expect(noticeAfter(rising, 'beta-vae')).toBeNull()
    expect(noticeAfter([])).toBeNull()
  })
})
