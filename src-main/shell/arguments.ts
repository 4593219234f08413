import { parseArgs } from 'node:util'
import { UserError } from '../util/assert.ts'

export interface StartOptions {
  /** Serve for a browser even where Electron could open. */
  readonly browser: boolean
  /** Port of the browser host; 0 picks a free one. */
  readonly port: number
  /** Workspace folder of `--data`. */
  readonly workspace: string | undefined
  readonly help: boolean
}

export const startHelp = `Usage: npm start -- [options]

Opens Quiver: in a window of its own, or in the browser where none can be opened.

  --browser             serve for a browser on this machine
  --port <number>       port of the browser host; 0 picks a free one (default: 0)
  --data <folder>       where runs are kept (default: QUIVER_WORKSPACE, or the user's data folder)
  --help                this text
`

/** Reads the options of `npm start`. Throws UserError for anything it does not know. */
export function parseStartArguments(args: readonly string[]): StartOptions {
  const { browser, port, data, help } = parsed(args)
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
    throw new UserError(`--port takes a number from 0 to 65535, got "${port}".`)
  return { browser, port: Number(port), workspace: data, help }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        browser: { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
        data: { type: 'string' },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : error} See npm start -- --help`)
  }
}
