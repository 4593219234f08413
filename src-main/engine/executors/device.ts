/** What the list of devices holds about each. */
import { UserError } from '../../util/assert.ts'
import type { Executor } from '../executor.ts'

export interface DeviceOptions {
  /** CPU threads, where the device uses any; default: the executor's own. */
  readonly threads?: number
  /** A path's beginning: the executor writes there what ran where, for `placement` to read. */
  readonly profile?: string
}

/** Which share of a program's operations the device ran itself. */
export interface Placement {
  /** Operations run. */
  readonly operations: number
  /** Of these, run on the CPU for want of a kernel on the device. */
  readonly onCpu: number
  /** What ran on the CPU, by kind, most frequent first. */
  readonly kinds: Readonly<Record<string, number>>
}

/** A device that does not start; `reason` is why, without the device's name. */
export class DeviceError extends UserError {
  readonly reason: string
  constructor(name: string, reason: string) {
    super(`The device "${name}" does not start: ${reason}`)
    this.reason = reason
  }
}

/** Something a device needs and this computer lacks. */
export interface Missing {
  /** A sentence. */
  readonly what: string
  /** The command that installs it, where one does. */
  readonly install?: string
}

/** What a run copies: nothing (shared memory), its inputs and outputs, or state as well. */
export type Copies = 'nothing' | 'inputs and outputs' | 'everything'

export interface Device {
  readonly title: string
  /** Name of the executor that computes there. */
  readonly executor: string
  /** What stays on the device between runs, and what every run copies. */
  readonly memory: string
  readonly copies: Copies
  /** Looks at files only, so that it is safe in any process. */
  readonly missing: () => Missing | undefined
  /** Rejects when the device cannot be used. */
  readonly open: (options: DeviceOptions) => Promise<Executor>
  /** A sentence for the person in place of what a failed start says of itself; undefined for what it does not know. */
  readonly explain?: (reason: string) => string | undefined
  /** Reads what executors opened with this `profile` left there; absent where nothing can run elsewhere. */
  readonly placement?: (profile: string) => Promise<Placement>
}
