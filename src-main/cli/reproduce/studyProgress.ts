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
  /** @param lines what came of it */
  done(unit: StudyUnit, lines: readonly string[]): void
  close(): void
}

interface Followed {
  readonly name: string
  readonly work: UnitWork
  /** In the steps in which work is counted. */
  advance: number
}

function total({ training, evaluation }: UnitWork): number {
  return training + evaluation
}

/**
 * Follows the tasks of a study. Time left is told from the mean speed so far; runs that stop early make it shorter.
 * @param units every run of the study that is asked for
 * @param recorded how many of all runs were done before
 */
export function followStudy(
  { application, terminal }: Session,
  title: string,
  units: readonly (readonly [StudyUnit, UnitWork])[],
  recorded: number,
): StudyProgress {
  const startedAt = performance.now()
  const workOf = new Map(units.map(([unit, work]) => [unitName(unit), work]))
  const allWork = units.reduce((sum, [, work]) => sum + total(work), 0)
  const allRuns = units.length + recorded
  const underWay = new Map<string, Followed>()
  let workDone = 0
  let runsDone = recorded
  let current = ''

  const show = () => {
    const advance = [...underWay.values()].reduce((sum, each) => sum + each.advance, workDone)
    const fraction = advance / allWork
    const parts = [title, `${runsDone} of ${counted(allRuns, 'run')}`, `${Math.floor(100 * fraction)} %`]
    if (fraction > smallestAdvance) {
      const seconds = (performance.now() - startedAt) / 1000
      parts.push(`about ${duration((seconds * (1 - fraction)) / fraction)} left`)
    }
    terminal.status([...parts, current].join(' · '))
  }
  const close = application.subscribe((name, body) => {
    if (name === 'training/notice') {
      const { run, message } = events['training/notice'].parse(body)
      terminal.report(`${run}: ${message}`)
    }
    if (name !== 'task/changed') return
    const { task } = events['task/changed'].parse(body)
    if (task.state !== 'running') return
    const followed = underWay.get(`${task.directory} ${task.run}`)
    current = followed ? `${followed.name}: ${task.message}` : `${task.title}: ${task.message}`
    if (followed && task.fraction !== null) {
      const { training, evaluation } = followed.work
      followed.advance =
        task.kind === 'train' ? task.fraction * training : training + task.fraction * evaluation
    }
    show()
  })
  const keyOf = new Map<string, string>()
  return {
    began: (unit, directory, run) => {
      const name = unitName(unit)
      const work = workOf.get(name)
      if (!work) return
      keyOf.set(name, `${directory} ${run}`)
      underWay.set(`${directory} ${run}`, { name, work, advance: 0 })
    },
    done: (unit, lines) => {
      const name = unitName(unit)
      underWay.delete(keyOf.get(name) ?? '')
      workDone += total(workOf.get(name) ?? { training: 0, evaluation: 0 })
      runsDone += 1
      for (const line of lines) terminal.report(line)
      show()
    },
    close: () => {
      close()
      terminal.clearStatus()
    },
  }
}
