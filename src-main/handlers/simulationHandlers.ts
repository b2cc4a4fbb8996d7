import { resolve } from 'node:path'
import { planSimulation } from '../tasks/simulationPlan'
import { readSimulation } from '../workspace/simulationFiles'
import type { Handlers, Services } from './handler'

/** Screens whose truth is known. */
export function simulationHandlers({
  tasks,
}: Services): Pick<Handlers, 'simulation/start' | 'simulation/read'> {
  return {
    'simulation/start': async ({ recipe, to }) => {
      const absolute = recipe.kind === 'sandbox' ? recipe : { ...recipe, from: resolve(recipe.from) }
      const task = await tasks.add(await planSimulation(absolute, to))
      return { task: task.id }
    },
    'simulation/read': ({ directory }) => readSimulation(resolve(directory)),
  }
}
