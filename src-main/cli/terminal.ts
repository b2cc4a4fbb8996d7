/** Where a command writes. */
export interface Terminal {
  /** Results. */
  print(line: string): void
  /** Everything else: progress, warnings, problems. */
  report(line: string): void
  /** A line that the next one replaces; on anything but a terminal only some of them are shown. */
  status(line: string): void
  /** Takes a status line away. */
  clearStatus(): void
}

interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

const eraseLine = '\r\u001b[2K'
const redrawMs = 100
const sparseMs = 15_000

/**
 * Results on standard output, everything else on standard error.
 * @param quiet leaves progress out
 */
export function createTerminal(standardOutput: Output, standardError: Output, quiet: boolean): Terminal {
  const live = standardError.isTTY === true
  let shown = ''
  let pending: NodeJS.Timeout | undefined
  let latest = ''
  let lastSparse = 0

  const draw = () => {
    pending = undefined
    const line = latest.slice(0, Math.max(20, (standardError.columns ?? 80) - 1))
    if (line === shown) return
    shown = line
    standardError.write(eraseLine + line)
  }
  const clearStatus = () => {
    clearTimeout(pending)
    pending = undefined
    if (shown !== '') standardError.write(eraseLine)
    shown = ''
  }
  return {
    print: (line) => {
      clearStatus()
      standardOutput.write(`${line}\n`)
    },
    report: (line) => {
      clearStatus()
      standardError.write(`${line}\n`)
    },
    status: (line) => {
      latest = line
      if (quiet) return
      if (live) {
        pending ??= setTimeout(draw, redrawMs)
      } else if (Date.now() - lastSparse > sparseMs) {
        lastSparse = Date.now()
        standardError.write(`${line}\n`)
      }
    },
    clearStatus,
  }
}
