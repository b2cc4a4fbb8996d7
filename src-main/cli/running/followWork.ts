import { events } from '@contract/events'
import type { Session } from '../session'
import { counted, duration } from '../wording'

/** About how much there is to do, in any unit. */
export interface Amount {
  readonly training: number
  readonly evaluation: number
}

/** Before so much of the work is done its speed is not told. */
const smallestAdvance = 0.002

/** How far many pieces of work are, shown on one line. */
export interface WorkProgress {
  /** The run that a piece of work is about, in its project. */
  began(name: string, directory: string, run: string): void
  /** @param line what came of it, or why it failed */
  ended(name: string, line: string): void
  close(): void
}

interface Followed {
  readonly amount: Amount
  /** In the unit of the amount. */
  advance: number
}

function total({ training, evaluation }: Amount): number {
  return training + evaluation
}

/**
 * Follows the tasks of much work. Time left is told from the mean speed so far; runs that stop early make it shorter.
 * @param works all that is to be done now
 * @param doneBefore how many pieces were done by earlier calls
 */
export function followWork(
  { application, terminal }: Session,
  title: string,
  works: readonly { readonly name: string; readonly amount: Amount }[],
  doneBefore: number,
): WorkProgress {
  const startedAt = performance.now()
  const followed = new Map(
    works.map(({ name, amount }): [string, Followed] => [name, { amount, advance: 0 }]),
  )
  const allWork = works.reduce((sum, { amount }) => sum + total(amount), 0)
  /** Names of works, by folder and run. */
  const nameOfRun = new Map<string, string>()
  let ended = doneBefore
  let current = ''

  const show = () => {
    const advance = [...followed.values()].reduce((sum, each) => sum + each.advance, 0)
    const fraction = advance / allWork
    const runs = counted(works.length + doneBefore, 'run')
    const parts = [title, `${ended} of ${runs}`, `${Math.floor(100 * fraction)} %`]
    if (fraction > smallestAdvance && fraction < 1) {
      const seconds = (performance.now() - startedAt) / 1000
      parts.push(`about ${duration((seconds * (1 - fraction)) / fraction)} left`)
    }
    terminal.status([...parts, current].join(' · '))
  }
  /** Of many runs alike most have the same to say; each keeps it in its `run.json`. */
  const noticed = new Set<string>()
  const close = application.subscribe((name, body) => {
    if (name === 'training/notice') {
      const { directory, run, message } = events['training/notice'].parse(body)
      if (noticed.has(message)) return
      noticed.add(message)
      terminal.report(`${nameOfRun.get(`${directory} ${run}`) ?? run}: ${message}`)
    }
    if (name !== 'task/changed') return
    const { task } = events['task/changed'].parse(body)
    if (task.state !== 'running') return
    const work = nameOfRun.get(`${task.directory} ${task.run}`)
    current = `${work ?? task.title}: ${task.message}`
    const mine = work === undefined ? undefined : followed.get(work)
    if (mine && task.fraction !== null) {
      const { training, evaluation } = mine.amount
      mine.advance = task.kind === 'train' ? task.fraction * training : training + task.fraction * evaluation
    }
    show()
  })
  return {
    began: (name, directory, run) => {
      nameOfRun.set(`${directory} ${run}`, name)
    },
    ended: (name, line) => {
      const mine = followed.get(name)
      if (mine) mine.advance = total(mine.amount)
      ended += 1
      terminal.report(line)
      show()
    },
    close: () => {
      close()
      terminal.clearStatus()
    },
  }
}
