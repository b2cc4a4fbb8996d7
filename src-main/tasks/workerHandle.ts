/** Hears of a worker's end: exit code or signal, and what it last said on standard error where that is known. */
export type ExitListener = (code: number | null, signal: string | null, lastErrors?: string) => void

/** A worker process as the main side sees it, whatever started it (Node's fork or Electron's utility process). */
export interface WorkerHandle {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: ExitListener): void
  kill(): void
}

/** Starts a worker process. */
export type ForkWorker = () => WorkerHandle
