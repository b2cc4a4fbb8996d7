import { resolve } from 'node:path'
import type { ProjectState } from '@contract/project'
import type { Task } from '@contract/task'
import { readProjectState, recoverProject } from '../workspace/projectState'

/** Projects as requests see them: on disk, with the work that this process is doing on them. */
export interface Projects {
  /** Tidies the project after a crash and reads it. */
  open(directory: string): Promise<ProjectState>
  /** Reads the project as it is. */
  read(directory: string): Promise<ProjectState>
}

/** The one form of a project's path: absolute, without a trailing separator. */
export function projectDirectory(directory: string): string {
  return resolve(directory)
}

/** @param listTasks all tasks of this process */
export function createProjects(listTasks: () => readonly Task[]): Projects {
  const read = (directory: string) => {
    const busyWith = listTasks()
      .filter((task) => task.directory === directory && (task.state === 'queued' || task.state === 'running'))
      .map((task) => task.kind)
    return readProjectState(directory, new Set(busyWith))
  }
  return {
    read,
    open: async (directory) => {
      await recoverProject(directory)
      return read(directory)
    },
  }
}
