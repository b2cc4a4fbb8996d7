import type { Problem } from '@contract/errors'
import { asProblem } from '@contract/errors'
import type { ProjectState } from '@contract/project'
import type { Recipe } from '@contract/recipe'
import type { RequestName } from '@contract/requests'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { onReconnect, request, subscribe } from '../contractClient/client'
import { emptyHistory, remember, stepBack, stepForward } from './history'

const openProjectKey = 'shiftscope.project'
/** Changes closer together than this are saved at once, in milliseconds. */
const saveDelay = 250

/** Requests that start a task and need nothing but the project. */
export type StartRequest = Extract<
  RequestName,
  'screen/import' | 'screen/prepare' | 'holdOut/measureEffects' | 'evaluation/startBaselines'
>

function sameRecipe(one: Recipe, other: Recipe): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** The open project: what main says of it, and the person's choices, which save themselves and can be undone. */
export const useProjectStore = defineStore('project', () => {
  const state = shallowRef<ProjectState | null>(null)
  const history = shallowRef(emptyHistory<Recipe>())
  const saving = shallowRef(false)
  /** Why the choices could not be saved; null when they were. */
  const saveProblem = shallowRef<Problem | null>(null)
  let timer: ReturnType<typeof setTimeout> | null = null
  /** The save that is under way, if any: saves never overlap. */
  let running: Promise<void> = Promise.resolve()
  /** Counts changes: an answer to an older one must not replace newer choices. */
  let changes = 0

  const directory = computed(() => state.value?.directory ?? '')
  const recipe = computed(() => state.value?.recipe ?? null)
  const canUndo = computed(() => history.value.past.length > 0)
  const canRedo = computed(() => history.value.future.length > 0)

  /** Shows a state that a request answered with (open, create, rename, remove a run). */
  function show(next: ProjectState): void {
    if (state.value?.directory !== next.directory) history.value = emptyHistory()
    state.value = next
    window.sessionStorage.setItem(openProjectKey, next.directory)
  }

  /** @throws ShiftscopeError when the folder is no project or cannot be read */
  async function open(ofDirectory: string): Promise<void> {
    await flush()
    show(await request('projects/open', { directory: ofDirectory }))
  }

  /** Opens the project this tab showed before it was reloaded, if any; returns whether a project is open. */
  async function restore(): Promise<boolean> {
    if (state.value) return true
    const last = window.sessionStorage.getItem(openProjectKey)
    if (last === null) return false
    try {
      show(await request('projects/open', { directory: last }))
      return true
    } catch {
      window.sessionStorage.removeItem(openProjectKey)
      return false
    }
  }

  /** Asks main for the present state; choices not saved yet stay. */
  async function refresh(): Promise<void> {
    const present = state.value
    if (!present) return
    const mine = changes
    const fresh = await request('projects/open', { directory: present.directory })
    if (state.value?.directory !== fresh.directory) return
    state.value =
      mine === changes && !timer && !saving.value ? fresh : { ...fresh, recipe: state.value.recipe }
  }

  function close(): void {
    state.value = null
    history.value = emptyHistory()
    window.sessionStorage.removeItem(openProjectKey)
  }

  function put(next: Recipe): void {
    if (!state.value) return
    changes += 1
    state.value = { ...state.value, recipe: next }
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => void flush(), saveDelay)
  }

  /** Changes the choices: shown at once, saved shortly after, undoable. */
  function changeRecipe(change: (recipe: Recipe) => Recipe): void {
    if (!state.value) return
    const before = state.value.recipe
    const next = change(before)
    if (sameRecipe(before, next)) return
    history.value = remember(history.value, before)
    put(next)
  }

  function move(step: typeof stepBack): void {
    if (!state.value) return
    const moved = step(history.value, state.value.recipe)
    if (!moved) return
    history.value = moved.history
    put(moved.present)
  }

  /** Saves what is not saved yet and waits for it. A failure is kept in `saveProblem`, the choices stay. */
  async function flush(): Promise<void> {
    if (!timer) return running
    clearTimeout(timer)
    timer = null
    running = running.then(save)
    return running
  }

  async function save(): Promise<void> {
    const present = state.value
    if (!present) return
    const mine = changes
    saving.value = true
    try {
      const saved = await request('recipe/change', {
        directory: present.directory,
        recipe: present.recipe,
      })
      saveProblem.value = null
      if (state.value?.directory === saved.directory)
        state.value = mine === changes ? saved : { ...saved, recipe: state.value.recipe }
    } catch (error) {
      saveProblem.value = asProblem(error)
    } finally {
      saving.value = false
    }
  }

  /** Tries once more after a failed save. */
  function saveAgain(): Promise<void> {
    running = running.then(save)
    return running
  }

  /**
   * Saves the choices, then starts a task of this project. Returns the task's id.
   *
   * @throws ShiftscopeError when the choices cannot be saved or the task is refused
   */
  async function start(name: StartRequest): Promise<string> {
    await flush()
    const { task } = await request(name, { directory: directory.value })
    return task
  }

  function listen(): void {
    subscribe('project/changed', (changed) => {
      if (changed.directory === state.value?.directory) void refresh()
    })
    onReconnect(() => void refresh())
  }

  return {
    state,
    directory,
    recipe,
    canUndo,
    canRedo,
    saving,
    saveProblem,
    open,
    restore,
    show,
    refresh,
    close,
    changeRecipe,
    undo: () => move(stepBack),
    redo: () => move(stepForward),
    flush,
    saveAgain,
    start,
    listen,
  }
})
