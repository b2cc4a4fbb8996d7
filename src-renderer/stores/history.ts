/** The recipes before and after the present one, for undo and redo. */
export interface History<State> {
  readonly past: readonly State[]
  readonly future: readonly State[]
}

const longestHistory = 100

export function emptyHistory<State>(): History<State> {
  return { past: [], future: [] }
}

/** After a change away from `present`: it can be undone, and what was undone before can no longer be redone. */
export function remember<State>(history: History<State>, present: State): History<State> {
  return { past: [...history.past, present].slice(-longestHistory), future: [] }
}

/** One step back from `present`, or null where there is none. */
export function stepBack<State>(
  history: History<State>,
  present: State,
): { history: History<State>; present: State } | null {
  const previous = history.past.at(-1)
  if (previous === undefined) return null
  return {
    history: { past: history.past.slice(0, -1), future: [present, ...history.future] },
    present: previous,
  }
}

/** One step forward from `present`, or null where there is none. */
export function stepForward<State>(
  history: History<State>,
  present: State,
): { history: History<State>; present: State } | null {
  const next = history.future.at(0)
  if (next === undefined) return null
  return { history: { past: [...history.past, present], future: history.future.slice(1) }, present: next }
}
