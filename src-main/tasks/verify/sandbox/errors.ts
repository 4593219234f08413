import { UserError } from '../../../util/assert.ts'

/** No sandbox holds on this machine, so model code does not run at all. The message says why and what to install. */
export class SandboxUnavailable extends UserError {}

/** The sandbox itself failed, not the program in it: nothing may be scored from it. */
export class SandboxBreakdown extends UserError {}
