import { chooseDevice } from '../../compute/devices/choose'
import { ownDevices } from '../../compute/devices/devices'
import { estimateTraining } from '../../training/estimate'
import { plannedWork } from '../../training/plannedWork'
import { trainingData } from '../../training/trainingData'
import { projectPaths } from '../../workspace/projectPaths'
import type { Job } from '../job'
import { openPreparedScreen } from '../openedFiles'
import { timingsOfThisMachine } from '../thisMachine'

/** Expected time and memory of a run, from a few timed steps on the device that it will be on. */
export const estimate: Job<'estimate'> = async ({ directory, model, settingsDirectory }, context) => {
  context.progress(null, 'Opening the prepared screen')
  const screen = await openPreparedScreen(projectPaths(directory).screen)
  const { device, threads } = model
  const { signal } = context
  const chosen = await chooseDevice(
    ownDevices,
    { device, threads, begunOn: null, work: plannedWork(trainingData(screen, model), model) },
    timingsOfThisMachine(settingsDirectory),
    { signal, onProgress: context.progress },
  )
  const expected = await estimateTraining(screen, model, chosen.executor, {
    signal,
    onProgress: context.progress,
  })
  return { ...expected, device: [`${expected.device}.`, chosen.reason, ...chosen.notices].join(' ') }
}
