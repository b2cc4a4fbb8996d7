import type { Executor, Session } from '../executor'

/**
 * An executor for tests whose sessions do some things differently.
 * @param changes what a session does instead of what the real one does; called for each session that is opened
 */
export function alteredExecutor(
  executor: Executor,
  changes: (session: Session) => Partial<Session>,
): Executor {
  return {
    ...executor,
    open: (model, state) => {
      const session = executor.open(model, state)
      const changed = changes(session)
      return new Proxy(session, {
        get: (target, key) => {
          const value: unknown = Reflect.get(changed, key) ?? Reflect.get(target, key)
          return typeof value === 'function' ? (value.bind(target) as unknown) : value
        },
      })
    },
  }
}
