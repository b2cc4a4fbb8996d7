import type { OfferedColumns } from '@contract/columns'
import { mount } from '@vue/test-utils'
import { ElOption, ElSelect } from 'element-plus'
import { describe, expect, it } from 'vitest'
import ColumnsField from './ColumnsField.vue'

describe('columns to choose', () => {
  const column = (name: string, levels: number | null, covariate: string | null, within: string | null) => ({
    name,
    levels,
    notAsCovariate: covariate,
    notToCompareWithin: within,
  })
  const offered = {
    columns: [
      column('batch', 3, null, null),
      column(
        'score',
        null,
        'The column "score" holds measurements.',
        'The column "score" holds measurements.',
      ),
      column('group', 2, 'The column "group" tells the perturbations from control.', null),
    ],
    together: { problem: null, notices: ['C shares no level with control.'] },
  }
  const mountField = (
    name: 'covariates' | 'compareWithin',
    columns: string[],
    given: OfferedColumns | null = offered,
  ) => mount(ColumnsField, { props: { name, columns, offered: given } })

  it.each([
    ['covariates', 'Covariates', [false, true, true]],
    ['compareWithin', 'Compare within', [false, true, false]],
  ] as const)('are those of the screen for %s, with why some cannot be', (name, title, disabled) => {
    const field = mountField(name, [])
    expect(field.get('h4').text()).toBe(title)
    expect(field.get('input').attributes('aria-label')).toBe(title)
    const options = field.findAllComponents(ElOption)
    expect(options.map((option) => option.props('value') as string)).toEqual(['batch', 'score', 'group'])
    expect(options.map((option) => option.props('disabled'))).toEqual(disabled)
    const words = options.map((option) => option.text().replace(/\s+/g, ' '))
    expect(words.slice(0, 2)).toEqual(['batch 3 levels', 'score measurements, cannot be chosen'])
    expect(field.get('details').text()).toContain('The column "score" holds measurements.')
    expect(field.get('[role=status]').text()).toBe(
      name === 'covariates' ? 'C shares no level with control.' : '',
    )
    field.getComponent(ElSelect).vm.$emit('update:modelValue', ['batch'])
    expect(field.emitted('change')).toEqual([[['batch']]])
  })

  it('stay chosen though they cannot be used, with the reason, until they are taken out', () => {
    const field = mountField('covariates', ['group', 'gone'])
    const status = field.get('[role=status]').text()
    expect(status).toContain('The column "group" tells the perturbations from control.')
    expect(status).toContain('The screen has no column “gone”.')
    const group = field.findAllComponents(ElOption).at(2)
    expect(group?.props('disabled')).toBe(false)
  })

  it('tell what is wrong with them together', () => {
    const problem = 'The columns "batch" and "lane" together tell the perturbations from control.'
    const together = { problem, notices: [] }
    const columns = [...offered.columns, column('lane', 2, null, null)]
    const both = mountField('covariates', ['batch', 'lane'], { columns, together })
    expect(both.get('[role=status]').text()).toBe(problem)
    const within = mountField('compareWithin', ['batch', 'lane'], { columns, together })
    expect(within.get('[role=status]').text()).toBe('')
  })

  it('are none in a screen without columns', () => {
    const none = { columns: [], together: { problem: null, notices: [] } }
    expect(mountField('covariates', [], none).text()).toContain('came without further columns')
  })
})
