import { events } from '@contract/events'
import { unitName, type StudyUnit } from '../../reproduction/study'
import type { UnitWork } from '../../reproduction/work'
import type { Session } from '../session'
import { counted, duration } from '../wording'

/** Before so much of the study is done its speed is not told. */
const smallestAdvance = 0.002

/** How far a study is, shown on one line. */
export interface StudyProgress {
  /** The run of a unit in its project. */
  began(unit: StudyUnit, directory: string, run: string): void
  /** @param line what came of it, or why it failed */
  ended(unit: StudyUnit, line: string): void
  close(): void
}

interface Followed {
  readonly work: UnitWork
  /** In the steps in which work is counted. */
  advance: number
}

function total({ training, evaluation }: UnitWork): number {
  return training + evaluation
}

/**
 * Follows the tasks of a study. Time left is told from the mean speed so far; runs that stop early make it shorter.
 * @param units every run that is to be made now, with its work
 * @param recorded how many runs of the study were made before
 */
export function followStudy(
  { application, terminal }: Session,
  title: string,
  units: readonly (readonly [StudyUnit, UnitWork])[],
  recorded: number,
): StudyProgress {
  const startedAt = performance.now()
  const followed = new Map(
    units.map(([unit, work]): [string, Followed] => [unitName(unit), { work, advance: 0 }]),
  )
  const allWork = units.reduce((sum, [, work]) => sum + total(work), 0)
  /** Names of units, by folder and run. */
  const nameOfRun = new Map<string, string>()
  let runsEnded = recorded
  let current = ''

  const show = () => {
    const advance = [...followed.values()].reduce((sum, each) => sum + each.advance, 0)
    const fraction = advance / allWork
    const runs = counted(units.length + recorded, 'run')
    const parts = [title, `${runsEnded} of ${runs}`, `${Math.floor(100 * fraction)} %`]
    if (fraction > smallestAdvance && fraction < 1) {
      const seconds = (performance.now() - startedAt) / 1000
      parts.push(`about ${duration((seconds * (1 - fraction)) / fraction)} left`)
    }
    terminal.status([...parts, current].join(' · '))
  }
  const close = application.subscribe((name, body) => {
    if (name === 'training/notice') {
      const { directory, run, message } = events['training/notice'].parse(body)
      terminal.report(`${nameOfRun.get(`${directory} ${run}`) ?? run}: ${message}`)
    }
    if (name !== 'task/changed') return
    const { task } = events['task/changed'].parse(body)
    if (task.state !== 'running') return
    const unit = nameOfRun.get(`${task.directory} ${task.run}`)
    current = `${unit ?? task.title}: ${task.message}`
    const mine = unit === undefined ? undefined : followed.get(unit)
    if (mine && task.fraction !== null) {
      const { training, evaluation } = mine.work
      mine.advance = task.kind === 'train' ? task.fraction * training : training + task.fraction * evaluation
    }
    show()
  })
  return {
    began: (unit, directory, run) => {
      nameOfRun.set(`${directory} ${run}`, unitName(unit))
    },
    ended: (unit, line) => {
      const mine = followed.get(unitName(unit))
      if (mine) mine.advance = total(mine.work)
      runsEnded += 1
      terminal.report(line)
      show()
    },
    close: () => {
      close()
      terminal.clearStatus()
    },
  }
}
