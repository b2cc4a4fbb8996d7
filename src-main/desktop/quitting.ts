import { app, dialog, type BrowserWindow } from 'electron'
import { requests } from '@contract/requests'
import type { Task } from '@contract/task'
import type { Application } from '../handlers/application'

/**
 * Asks before quitting while a task runs, then lets the application end its workers before the process ends.
 * @param mainWindow the window that asks; null while there is none
 */
export function askBeforeQuitting(application: Application, mainWindow: () => BrowserWindow | null): void {
  let state: 'open' | 'asking' | 'leaving' = 'open'

  async function leaveOrStay(): Promise<void> {
    const tasks = await unfinishedTasks(application)
    if (tasks.length > 0 && !(await wantsToQuit(tasks, mainWindow()))) {
      state = 'open'
      return
    }
    await application.close()
    state = 'leaving'
    app.quit()
  }

  app.on('before-quit', (event) => {
    if (state === 'leaving') return
    event.preventDefault()
    if (state === 'asking') return
    state = 'asking'
    leaveOrStay().catch((error: unknown) => {
      dialog.showErrorBox('Shiftscope could not end its tasks', String(error))
      app.exit(1)
    })
  })
  app.on('browser-window-created', (_event, window) => {
    // Elsewhere than on macOS closing the window quits: ask while there is a window to go back to.
    window.on('close', (event) => {
      if (state === 'leaving' || process.platform === 'darwin') return
      event.preventDefault()
      app.quit()
    })
  })
}

async function unfinishedTasks(application: Application): Promise<Task[]> {
  const reply = await application.answer('tasks/list', {})
  if (!reply.ok) return []
  const { tasks } = requests['tasks/list'].response.parse(reply.value)
  return tasks.filter(({ state }) => state === 'running' || state === 'queued')
}

async function wantsToQuit(tasks: readonly Task[], window: BrowserWindow | null): Promise<boolean> {
  const question = {
    type: 'question' as const,
    message: tasks.length === 1 ? 'A task is running.' : `${tasks.length} tasks are running or waiting.`,
    detail: `${tasks.map(({ title }) => title).join('\n')}\n\nQuitting stops them. A training run keeps its last checkpoint and can be resumed.`,
    buttons: ['Keep running', 'Quit'],
    defaultId: 0,
    cancelId: 0,
  }
  const { response } = window
    ? await dialog.showMessageBox(window, question)
    : await dialog.showMessageBox(question)
  return response === 1
}
