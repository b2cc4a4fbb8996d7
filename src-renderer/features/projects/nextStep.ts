import type { ProjectState } from '@contract/project'
import { stepNames } from '@contract/project'
import { stepPaths } from '../../router/routes'

/** Where a person goes on in a project: the first step that is not done, the results when all are. */
export function nextStep(state: ProjectState): string {
  return stepPaths[stepNames.find((name) => state.steps[name].state !== 'done') ?? 'results']
}
