import type { StepName, StepState } from '@contract/project'
import type { TaskState } from '@contract/task'

export const stepNamesShown: Record<StepName, string> = {
  screen: 'Screen',
  quality: 'Quality',
  holdOut: 'Hold-out',
  models: 'Models',
  training: 'Training',
  results: 'Results',
}

export const stepStatesShown: Record<StepState, string> = {
  toDo: 'To do',
  ready: 'Ready',
  running: 'Running',
  done: 'Done',
  outOfDate: 'Out of date',
}

export const taskStatesShown: Record<TaskState, string> = {
  queued: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
}

const locations: Partial<Record<string, string>> = {
  ...stepNamesShown,
  start: 'Projects',
  compare: 'Compare',
  exports: 'Exports',
  settings: 'Settings',
  sandbox: 'Sandbox',
  glossary: 'Glossary',
  unknown: 'Page not found',
}

/** What the top bar and the window's title call a route. */
export function locationTitle(name: string | symbol | null | undefined): string {
  return (typeof name === 'string' ? locations[name] : undefined) ?? 'Shiftscope'
}

export const frameText = {
  product: 'Shiftscope',
  projects: 'All projects',
  noProject: 'No project open',
  steps: 'Steps of the analysis',
  more: 'More',
  compare: 'Compare',
  exports: 'Exports',
  settings: 'Settings',
  sandbox: 'Sandbox',
  glossary: 'Glossary',
  bar: 'Place and tasks',
  skip: 'Skip to the content',
  undo: 'Undo the last change',
  redo: 'Redo the change',
  saved: 'Choices saved',
  saving: 'Saving choices',
  notSaved: 'Choices not saved',
  trySaving: 'Save again',
  tasks: 'Tasks',
  showTasks: 'Show tasks',
  noTasks: 'No tasks yet',
  noTasksHint:
    'Importing, preparing, training, evaluating, exporting and simulating are shown here while they run.',
  cancel: 'Cancel',
  pause: 'Pause',
  close: 'Close',
  log: 'Log',
  back: 'Back',
  next: 'Next',
  loading: 'Loading',
  details: 'Technical details',
  copyProblem: 'Copy for a report',
  copied: 'Copied',
  retry: 'Try again',
  unknownTitle: 'Where is this page?',
  unknownMessage: 'No page has this address.',
  unknownHint: 'It may have been moved or mistyped. The projects are on the start page.',
  toStart: 'Go to the projects',
} as const
