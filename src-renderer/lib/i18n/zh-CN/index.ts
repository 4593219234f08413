import { commands } from './commands.ts'
import { lib } from './lib.ts'
import { lifecycle } from './lifecycle.ts'
import { runs } from './runs.ts'
import { ui } from './ui.ts'

/** Every English text in Simplified Chinese; a file per area. */
export const areas: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  commands,
  lib,
  lifecycle,
  runs,
  ui,
}

export const chinese: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(areas))
