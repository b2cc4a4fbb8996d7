import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { effectScope } from 'vue'
import { connectTo } from '../../contractClient/client'
import { FakeBridge } from '../../contractClient/fixtures/fakeBridge'
import { newProject } from '../../contractClient/fixtures/projectStates'
import { useProjectStore } from '../../stores/project'
import { useHoldOutRule } from './useHoldOutRule'

beforeEach(() => {
  setActivePinia(createPinia())
  connectTo(new FakeBridge({ 'recipe/change': (body) => newProject(body.recipe, body.directory) }))
  useProjectStore().show(newProject())
})

function ruleInScope() {
  const rule = effectScope().run(useHoldOutRule)
  if (!rule) throw new Error('The scope gave nothing.')
  return { ...rule, project: useProjectStore() }
}

describe('the rule looked at', () => {
  it('becomes a choice at once where it is complete', () => {
    const { lookAt, project, complete } = ruleInScope()
    lookAt('random')
    expect(project.recipe?.holdOut).toEqual({ rule: 'random', share: 0.2 })
    expect(complete.value).toBe(true)
  })

  it('leaves the recipe alone while it is not complete', () => {
    const { lookAt, choose, project, complete, rule } = ruleInScope()
    lookAt('pathway')
    expect(project.recipe?.holdOut).toEqual({ rule: 'none' })
    expect([rule.value, complete.value]).toEqual(['pathway', false])
    choose({ rule: 'pathway', file: '/a.gmt', name: 'IFN' })
    expect(complete.value).toBe(true)
  })

  it('comes back with what was said for it', () => {
    const { lookAt, choose, project } = ruleInScope()
    choose({ rule: 'strongest', count: 9 })
    lookAt('none')
    lookAt('strongest')
    expect(project.recipe?.holdOut).toEqual({ rule: 'strongest', count: 9 })
  })

  it('follows undo', () => {
    const { lookAt, project, rule } = ruleInScope()
    lookAt('random')
    project.undo()
    expect(rule.value).toBe('none')
  })
})

it('holds nothing out when the last name is taken off a list, and still shows the list', () => {
  const { chooseList, project, rule, complete } = ruleInScope()
  chooseList(['STAT1'])
  expect(project.recipe?.holdOut).toEqual({ rule: 'list', perturbations: ['STAT1'] })
  chooseList([])
  expect(project.recipe?.holdOut).toEqual({ rule: 'none' })
  expect([rule.value, complete.value]).toEqual(['list', false])
})
