import type { Recipe } from '@contract/recipe'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { connectTo } from '../contractClient/client'
import type { Answers } from '../contractClient/fixtures/fakeBridge'
import { FakeBridge } from '../contractClient/fixtures/fakeBridge'
import { newProject } from '../contractClient/fixtures/projectStates'
import { useProjectStore } from './project'

/** A main side that keeps the recipe it is given. */
function keepingMain(more: Answers = {}): FakeBridge {
  let recipe: Recipe | null = null
  const bridge = new FakeBridge({
    'projects/open': ({ directory }) => {
      const state = newProject({}, directory)
      return recipe ? { ...state, recipe } : state
    },
    'recipe/change': (body) => {
      const state = newProject(body.recipe, body.directory)
      recipe = state.recipe
      return state
    },
    ...more,
  })
  connectTo(bridge)
  return bridge
}

function withMinimumCounts(minimumCounts: number) {
  return (recipe: Recipe): Recipe => ({ ...recipe, quality: { ...recipe.quality, minimumCounts } })
}

beforeEach(() => {
  vi.useFakeTimers()
  window.sessionStorage.clear()
  setActivePinia(createPinia())
})

describe('choices', () => {
  it('are shown at once and saved a moment later, several changes together', async () => {
    const bridge = keepingMain()
    const project = useProjectStore()
    await project.open('/projects/a')
    project.changeRecipe(withMinimumCounts(10))
    project.changeRecipe(withMinimumCounts(20))
    expect(project.recipe?.quality.minimumCounts).toBe(20)
    expect(bridge.namesAsked()).toEqual(['projects/open'])

    await vi.runAllTimersAsync()
    expect(bridge.namesAsked()).toEqual(['projects/open', 'recipe/change'])
    expect(bridge.asked.at(-1)?.body).toMatchObject({ recipe: { quality: { minimumCounts: 20 } } })
  })

  it('are not saved when nothing changes', async () => {
    const bridge = keepingMain()
    const project = useProjectStore()
    await project.open('/projects/a')
    project.changeRecipe(withMinimumCounts(0))
    await vi.runAllTimersAsync()
    expect(bridge.namesAsked()).toEqual(['projects/open'])
    expect(project.canUndo).toBe(false)
  })

  it('can be undone and redone, which is saved as well', async () => {
    const bridge = keepingMain()
    const project = useProjectStore()
    await project.open('/projects/a')
    project.changeRecipe(withMinimumCounts(10))
    project.changeRecipe(withMinimumCounts(20))
    project.undo()
    expect(project.recipe?.quality.minimumCounts).toBe(10)
    project.undo()
    expect(project.recipe?.quality.minimumCounts).toBe(0)
    expect(project.canUndo).toBe(false)
    project.redo()
    await vi.runAllTimersAsync()
    expect(bridge.asked.at(-1)?.body).toMatchObject({ recipe: { quality: { minimumCounts: 10 } } })
  })

  it('made while an older save is under way are not overwritten by its answer', async () => {
    let finish: () => void = () => undefined
    const bridge = keepingMain({
      'recipe/change': async (body) => {
        await new Promise<void>((resolve) => {
          finish = resolve
        })
        return newProject(body.recipe, body.directory)
      },
    })
    const project = useProjectStore()
    await project.open('/projects/a')
    project.changeRecipe(withMinimumCounts(10))
    await vi.advanceTimersByTimeAsync(300)
    project.changeRecipe(withMinimumCounts(20))
    finish()
    await vi.advanceTimersByTimeAsync(0)
    expect(project.recipe?.quality.minimumCounts).toBe(20)

    await vi.advanceTimersByTimeAsync(300)
    finish()
    await vi.advanceTimersByTimeAsync(0)
    expect(bridge.namesAsked()).toEqual(['projects/open', 'recipe/change', 'recipe/change'])
    expect(project.recipe?.quality.minimumCounts).toBe(20)
  })

  it('stay when they cannot be saved, and are saved on the next try', async () => {
    let full = true
    keepingMain({
      'recipe/change': (body) => {
        if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
        return newProject(body.recipe, body.directory)
      },
    })
    const project = useProjectStore()
    await project.open('/projects/a')
    project.changeRecipe(withMinimumCounts(10))
    await vi.runAllTimersAsync()
    expect(project.saveProblem?.code).toBe('files/diskFull')
    expect(project.recipe?.quality.minimumCounts).toBe(10)

    full = false
    await project.saveAgain()
    expect(project.saveProblem).toBeNull()
  })

  it('are saved before a task starts', async () => {
    const bridge = keepingMain({ 'screen/prepare': () => ({ task: 't1' }) })
    const project = useProjectStore()
    await project.open('/projects/a')
    project.changeRecipe(withMinimumCounts(10))
    await expect(project.start('screen/prepare')).resolves.toBe('t1')
    expect(bridge.namesAsked()).toEqual(['projects/open', 'recipe/change', 'screen/prepare'])
  })
})

describe('the open project', () => {
  it('is asked for again when main says that it changed, without losing unsaved choices', async () => {
    const bridge = keepingMain()
    const project = useProjectStore()
    project.listen()
    await project.open('/projects/a')
    project.changeRecipe(withMinimumCounts(10))
    bridge.send('project/changed', { directory: '/projects/a' })
    bridge.send('project/changed', { directory: '/projects/other' })
    await vi.advanceTimersByTimeAsync(10)
    expect(bridge.namesAsked()).toEqual(['projects/open', 'projects/open'])
    expect(project.recipe?.quality.minimumCounts).toBe(10)
  })

  it('starts with an empty history when another one is opened', async () => {
    keepingMain()
    const project = useProjectStore()
    await project.open('/projects/a')
    project.changeRecipe(withMinimumCounts(10))
    await project.open('/projects/b')
    expect(project.canUndo).toBe(false)
    expect(project.directory).toBe('/projects/b')
  })

  it('comes back after a reload of the window', async () => {
    keepingMain()
    await useProjectStore().open('/projects/a')
    setActivePinia(createPinia())
    const project = useProjectStore()
    await expect(project.restore()).resolves.toBe(true)
    expect(project.directory).toBe('/projects/a')
  })

  it('is none when the one shown before cannot be opened any more', async () => {
    window.sessionStorage.setItem('shiftscope.project', '/projects/gone')
    keepingMain({
      'projects/open': () => {
        throw Object.assign(new Error('gone'), { code: 'ENOENT' })
      },
    })
    const project = useProjectStore()
    await expect(project.restore()).resolves.toBe(false)
    expect(project.state).toBeNull()
  })
})
