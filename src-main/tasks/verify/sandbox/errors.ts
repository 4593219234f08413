import { UserError } from '../../../util/assert.ts'

/** No sandbox holds on this machine, so model code does not run at all. The message says why and what to install. */
export class SandboxUnavailable extends UserError {}
