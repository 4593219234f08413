import { basename, join } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { ExportStatus } from '../../src-preload/contract/run.ts'
import { exportRun } from '../interop/export/export-run.ts'
import { tarOf } from '../interop/export/tar.ts'
import { workspaceOf } from '../store/open.ts'
import { runRow } from '../store/runs.ts'
import type { ReadDb } from '../store/sql.ts'
import { UserError } from '../util/assert.ts'

/** The exports of one host since it started. */
export class Exports {
  readonly #db: ReadDb
  readonly #all = new Map<string, ExportStatus>()
  readonly #report: (error: unknown) => void

  constructor(db: ReadDb, report: (error: unknown) => void) {
    this.#db = db
    this.#report = report
  }

  /** Starts writing runs under a new folder of the workspace. Throws UserError when a run does not exist. */
  start(ids: readonly string[], traces: boolean): ExportStatus {
    for (const id of ids) runRow(this.#db, id)
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
    const base = join(workspaceOf(this.#db), 'exports', stamp)
    const folder = this.#all.has(base) ? `${base}-${this.#all.size}` : base
    const name = basename(folder)
    const status: ExportStatus = { name, folder, runs: ids.length, share: 0, state: 'running', message: null }
    this.#all.set(folder, status)
    void this.#work(status, ids, traces)
    return status
  }

  list(): ExportStatus[] {
    return [...this.#all.values()]
  }

  /** Folder of a finished export; null when there is none of that name. */
  folderOf(name: string): string | null {
    return this.list().find((status) => status.name === name && status.state === 'finished')?.folder ?? null
  }

  /** Forgets an export that has ended; its files stay. */
  dismiss(folder: string): void {
    if (this.#all.get(folder)?.state !== 'running') this.#all.delete(folder)
  }

  async #work(status: ExportStatus, ids: readonly string[], traces: boolean): Promise<void> {
    const { folder } = status
    const update = (changes: Partial<ExportStatus>): void => {
      this.#all.set(folder, { ...status, ...changes })
    }
    try {
      for (const [index, runId] of ids.entries())
        await exportRun(this.#db, {
          ...{ runId, folder, traces },
          progress: (share) => update({ share: (index + share) / ids.length }),
        })
      update({ share: 1, state: 'finished' })
    } catch (error) {
      if (!(error instanceof UserError)) this.#report(error)
      const message =
        error instanceof UserError ? error.message : 'The export failed; the error output of Quiver says why.'
      update({ state: 'failed', message })
    }
  }
}

/** A folder as a gzipped tar archive, packed as it is read; destroying the stream ends the packing. */
export function archiveOf(folder: string): Readable {
  const packed = createGzip({ level: 1 })
  const files = Readable.from(tarOf(folder))
  pipeline(files, packed, (error) => error && packed.destroy(error))
  return packed
}
