import type { DoctorReport } from '@contract/device'
import { formatBytes } from '../../format/bytes'
import { deviceNamesShown, settingsText } from '../../text/settings'

/** The report as plain text, for a message to someone who helps. */
export function doctorText(report: DoctorReport): string {
  const { machine, devices, chosen, versions, builds, threads, measured } = report
  return [
    `${settingsText.platform}: ${machine.platform}`,
    `${settingsText.processor}: ${machine.processor}`,
    `${settingsText.cores}: ${machine.cores}`,
    `${settingsText.memory}: ${formatBytes(machine.memoryBytes)}`,
    `${settingsText.freeMemory}: ${formatBytes(machine.freeMemoryBytes)}`,
    '',
    ...devices.map(
      ({ name, usable, detail }) =>
        `${deviceNamesShown[name]}: ${usable ? settingsText.usable : settingsText.unusable}. ${detail}`,
    ),
    `${settingsText.chosen}: ${deviceNamesShown[chosen.name]}. ${chosen.reason}`,
    '',
    ...builds.map(({ detail }) => detail),
    threads.detail,
    ...(measured?.timings ?? []).map(
      ({ detail, msPerStep, problem }) =>
        `${detail}: ${msPerStep === null ? `${settingsText.notMeasured}: ${problem}` : `${msPerStep.toFixed(1)} ms`}`,
    ),
    '',
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
  ].join('\n')
}
