import { alarms } from './alarms.ts'
import { chart } from './chart.ts'
import { commands } from './commands.ts'
import { compare } from './compare.ts'
import { comparison } from './comparison.ts'
import { config } from './config.ts'
import { curriculum } from './curriculum.ts'
import { devices } from './devices.ts'
import { diagnostics } from './diagnostics.ts'
import { heatmap } from './heatmap.ts'
import { help } from './help.ts'
import { importing } from './importing.ts'
import { lib } from './lib.ts'
import { lifecycle } from './lifecycle.ts'
import { methods } from './methods.ts'
import { metrics } from './metrics.ts'
import { newRun } from './new-run.ts'
import { preflight } from './preflight.ts'
import { recipes } from './recipes.ts'
import { reports } from './reports.ts'
import { rollouts } from './rollouts.ts'
import { run } from './run.ts'
import { runs } from './runs.ts'
import { sample } from './sample.ts'
import { serviceFaults } from './service-faults.ts'
import { serviceImports } from './service-imports.ts'
import { services } from './services.ts'
import { sources } from './sources.ts'
import { system } from './system.ts'
import { ui } from './ui.ts'
import { verifiers } from './verifiers.ts'
import { views } from './views.ts'
import { warnings } from './warnings.ts'

/** Sentences that the services make, with {names} where their values stand. */
export const serviceSentences: Readonly<Record<string, string>> = { ...services, ...serviceFaults, ...serviceImports }

/** Every English text in Simplified Chinese; a file per area. */
export const areas: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  alarms,
  chart,
  commands,
  compare,
  comparison,
  config,
  curriculum,
  devices,
  diagnostics,
  heatmap,
  help,
  importing,
  lib,
  lifecycle,
  methods,
  metrics,
  newRun,
  preflight,
  recipes,
  reports,
  rollouts,
  run,
  runs,
  sample,
  serviceFaults,
  serviceImports,
  services,
  sources,
  system,
  ui,
  verifiers,
  views,
  warnings,
}

export const chinese: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(areas))
