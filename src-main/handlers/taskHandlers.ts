import type { Handlers, Services } from './handler'

/** Tasks of this process. */
export function taskHandlers({ tasks }: Services): Pick<Handlers, 'tasks/list' | 'tasks/cancel'> {
  return {
    'tasks/list': () => Promise.resolve({ tasks: tasks.list() }),
    'tasks/cancel': ({ task }) => {
      tasks.cancel(task)
      return Promise.resolve({})
    },
  }
}
