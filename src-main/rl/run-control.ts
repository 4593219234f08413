import type { RunPhase } from '../../src-preload/contract/run.ts'
import type { PolicyWorker } from '../model/policy-client.ts'
import { type RunControl, StopRequested } from './control.ts'

export type RunCommand = 'pause' | 'resume' | 'stop'

export interface Position {
  readonly phase: RunPhase
  /** Done part of the phase, 0 to 1. */
  readonly progress: number
  readonly state: 'running' | 'paused' | 'stopping'
}

/** Holds a run and lets it go: the loop asks at every safe point, the engine's worker between blocks of native work. */
export class RunHold implements RunControl {
  readonly #noteEvent: (kind: string, message: string) => void
  #worker: Pick<PolicyWorker, 'hold' | 'release' | 'isHeld'> | undefined
  #held: PromiseWithResolvers<void> | undefined
  #waiting = 0
  #stop = false
  #phase: RunPhase = 'starting'
  #progress = 0
  #reason: string | null = null
  #clockMs: number
  #runningSince: number | undefined = performance.now()

  constructor(elapsedMs: number, noteEvent: (kind: string, message: string) => void) {
    this.#clockMs = elapsedMs
    this.#noteEvent = noteEvent
  }

  attach(worker: Pick<PolicyWorker, 'hold' | 'release' | 'isHeld'>): void {
    this.#worker = worker
    if (this.#held) worker.hold()
  }

  receive(command: RunCommand): void {
    if (command === 'pause' && !this.#held) this.#pause()
    if (command !== 'pause') this.#release()
    if (command === 'stop') this.#stop = true
  }

  /** Paused means nothing computes any more: the loop waits, or the engine stands still. */
  position(): Position {
    const still = this.#held && (this.#waiting > 0 || this.#worker?.isHeld())
    if (still) this.#stopClock()
    return {
      phase: this.#phase,
      progress: this.#progress,
      state: still ? 'paused' : this.#stop ? 'stopping' : 'running',
    }
  }

  clockMs(): number {
    return this.#clockMs + (this.#runningSince === undefined ? 0 : performance.now() - this.#runningSince)
  }

  /** Sets the training time of a resumed run. */
  setClock(elapsedMs: number): void {
    this.#clockMs = elapsedMs
    this.#runningSince = performance.now()
  }

  note(kind: string, message: string): void {
    this.#noteEvent(kind, message)
  }

  pause(kind: string, message: string): void {
    if (this.#held) return
    this.#noteEvent(kind, message)
    this.#reason = message
    this.#pause()
  }

  /** Why the run paused itself; null when it did not. */
  get reason(): string | null {
    return this.#reason
  }

  async proceed(phase: RunPhase, progress: number): Promise<void> {
    this.#phase = phase
    this.#progress = progress
    while (this.#held) {
      this.#waiting++
      this.#stopClock()
      await this.#held.promise
      this.#waiting--
    }
  }

  async proceedOrStop(phase: RunPhase, progress: number): Promise<void> {
    await this.proceed(phase, progress)
    if (this.#stop) throw new StopRequested()
  }

  #pause(): void {
    this.#held = Promise.withResolvers()
    this.#worker?.hold()
  }

  #release(): void {
    this.#reason = null
    this.#held?.resolve()
    this.#held = undefined
    this.#worker?.release()
    this.#runningSince ??= performance.now()
  }

  #stopClock(): void {
    this.#clockMs = this.clockMs()
    this.#runningSince = undefined
  }
}
