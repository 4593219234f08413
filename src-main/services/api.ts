import { availableParallelism } from 'node:os'
import type { ApiHandlers } from '../../src-preload/contract/api.ts'
import type { CallError } from '../../src-preload/contract/errors.ts'
import { metricColumns, metricNames } from '../store/metric-columns.ts'
import { metricSeries } from '../store/metrics.ts'
import { openStore } from '../store/open.ts'
import { reconcileRuns } from '../store/ownership.ts'
import { pairedPrompts } from '../store/paired-prompts.ts'
import { moveInQueue } from '../store/queue.ts'
import { searchRollouts } from '../store/rollout-search.ts'
import { groupsOfStep, rolloutDetail, rolloutSteps } from '../store/rollouts.ts'
import { changeRun, getRun, hideRun, listRuns, restoreRun, runRow } from '../store/runs.ts'
import { hidePass, listPasses, restorePass } from '../store/semantic-entropy.ts'
import { changeSettings, settings } from '../store/settings.ts'
import type { WriteDb } from '../store/sql.ts'
import { tokenTable } from '../store/token-entropies.ts'
import { UserError } from '../util/assert.ts'
import { version } from '../util/version.ts'
import { ChangeFeed, type Listener } from './changes.ts'
import { checkConfig } from './check-config.ts'
import { passDetail, passPrompts, startPass, stopRunningPass } from './curriculum.ts'
import { listDatasets, previewDataset } from './datasets.ts'
import { listDevices } from './devices.ts'
import { Exports } from './exports.ts'
import { importText } from './import-config.ts'
import { listModels } from './models.ts'
import { estimateRun } from './preflight.ts'
import { queueRuns, repeatRuns } from './queue.ts'
import { listRecipes } from './recipes.ts'
import { command, queueNewRun, runLog, startQueuedRuns, startRun, sweepDeleted } from './runs.ts'
import { Sampling } from './sampling.ts'
import { checkDataset, checkResponses, rescoreRun } from './verifiers.ts'

/** How often dead trainers are looked for, and queued runs started. */
const reconcileMs = 2000

export interface Services {
  readonly handlers: ApiHandlers
  /** Folder of a finished export; null when there is none of that name. */
  readonly exportFolder: (name: string) => string | null
  /** Calls the listener with every change of the store until the returned function is called. */
  readonly subscribe: (listener: Listener) => () => void
  readonly describeError: (error: unknown) => CallError
  readonly dispose: () => void
}

/** Opens a workspace and serves every call of the contract over it. Trainers it starts outlive it. */
export function createServices({ workspace }: { readonly workspace: string }): Services {
  const db = openStore(workspace, 'write')
  const watched = openStore(workspace, 'read')
  const feed = new ChangeFeed(watched, reportError)
  const reconcile = (): void => {
    try {
      reconcileRuns(db)
      startQueuedRuns(db)
      sweepDeleted(db, Date.now()).catch(reportError)
    } catch (error) {
      reportError(error)
    }
  }
  reconcile()
  const reconciling = setInterval(reconcile, reconcileMs)
  reconciling.unref()
  const sampling = new Sampling(db)
  const exports = new Exports(db, reportError)
  return {
    handlers: createHandlers(db, workspace, sampling, exports),
    exportFolder: (name) => exports.folderOf(name),
    subscribe: (listener) => feed.subscribe(listener),
    // What was under way when the workspace closed has no one left to tell.
    describeError: (error) => (db.open ? describeError(error) : { kind: 'user', message: 'Quiver is closing.' }),
    dispose: () => {
      clearInterval(reconciling)
      sampling.dispose()
      feed.dispose()
      watched.close()
      db.close()
    },
  }
}

function createHandlers(db: WriteDb, workspace: string, sampling: Sampling, exports: Exports): ApiHandlers {
  return {
    'app.info': () => ({ version, workspace, threads: availableParallelism() }),
    'devices.list': ({ again }) => listDevices(again),
    'settings.get': () => settings(db),
    'settings.set': (changes) => {
      const changed = changeSettings(db, changes)
      startQueuedRuns(db)
      return changed
    },
    'runs.list': () => listRuns(db),
    'runs.get': ({ id }) => getRun(db, id),
    'runs.check': ({ config }) => checkConfig(db, config),
    'runs.estimate': ({ config }) => estimateRun(db, config),
    'runs.create': async ({ config, queue }) => ({ id: await (queue ? queueNewRun : startRun)(db, config) }),
    'runs.pause': ({ id }) => command(db, id, 'pause'),
    'runs.resume': ({ id }) => command(db, id, 'resume'),
    'runs.stop': ({ id }) => command(db, id, 'stop'),
    'queue.add': ({ ids }) => queueRuns(db, ids),
    'queue.repeat': async ({ ids }) => ({ ids: await repeatRuns(db, ids) }),
    'queue.move': ({ id, place }) => moveInQueue(db, id, place),
    'runs.change': ({ id, changes }) => changeRun(db, id, changes),
    'runs.delete': ({ id }) => {
      reconcileRuns(db)
      hideRun(db, id, Date.now())
    },
    'runs.restore': ({ id }) => restoreRun(db, id),
    'exports.start': ({ ids, traces }) => exports.start(ids, traces),
    'exports.list': () => exports.list(),
    'exports.dismiss': ({ folder }) => exports.dismiss(folder),
    'runs.log': ({ id, tailBytes }) => runLog(db, id, tailBytes),
    'metrics.names': ({ id }) => {
      runRow(db, id)
      return metricNames(db, id)
    },
    'metrics.columns': ({ id, choice }) => {
      runRow(db, id)
      return metricColumns(db, id, choice)
    },
    'metrics.series': ({ id, afterStep, names }) => {
      runRow(db, id)
      return metricSeries(db, names ? { id, afterStep, names } : { id, afterStep })
    },
    'rollouts.steps': ({ id }) => rolloutSteps(db, id),
    'rollouts.groups': ({ id, step }) => groupsOfStep(db, id, step),
    'rollouts.search': (search) => searchRollouts(db, search),
    'runs.paired-prompts': ({ left, right, limit }) => {
      runRow(db, left)
      runRow(db, right)
      return pairedPrompts(db, left, right, limit)
    },
    'rollouts.get': ({ rolloutId }) => rolloutDetail(db, rolloutId),
    'curriculum.list': () => listPasses(db),
    'curriculum.get': ({ id, stages }) => passDetail(db, id, stages),
    'curriculum.prompts': (part) => passPrompts(db, part),
    'curriculum.start': async ({ config }) => ({ id: await startPass(db, config) }),
    'curriculum.stop': ({ id }) => stopRunningPass(db, id),
    'curriculum.delete': ({ id }) => hidePass(db, id, Date.now()),
    'curriculum.restore': ({ id }) => restorePass(db, id),
    'tokens.table': (input) => {
      runRow(db, input.id)
      return tokenTable(db, input)
    },
    'config.import': (input) => importText(db, input),
    'sample.start': (request) => sampling.start(request),
    'sample.read': ({ id, cursor }) => sampling.read(id, cursor),
    'sample.stop': ({ id }) => sampling.stop(id),
    'sample.close': ({ id }) => sampling.close(id),
    'recipes.list': () => listRecipes(),
    'models.list': () => listModels(db),
    'verifiers.check': ({ verifier, items }) => checkResponses(verifier, items),
    'verifiers.dataset': ({ verifier, reference, limit }) => checkDataset(verifier, reference, limit),
    'verifiers.rescore': ({ verifier, id, limit }) => {
      runRow(db, id)
      return rescoreRun(db, verifier, id, limit)
    },
    'datasets.list': () => listDatasets(db),
    'datasets.preview': ({ reference, offset }) => previewDataset(reference, offset),
  }
}

/** What the page is told of a failure. Details of a bug stay on this side, in the host's error output. */
function describeError(error: unknown): CallError {
  if (error instanceof UserError) return { kind: 'user', message: error.message }
  reportError(error)
  return {
    kind: 'internal',
    message: 'Quiver failed at this; its error output says where. The run data is not touched.',
  }
}

function reportError(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}
