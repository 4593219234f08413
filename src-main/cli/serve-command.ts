import type { Command } from 'commander'
import { startServer } from '../serve.ts'
import { workspaceFolder } from '../store/workspace.ts'
import { wholeNumber } from './options.ts'
import { printResult } from './output.ts'

/** `serve`: the app for a browser on this machine. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Serves the app on loopback, for a browser on this machine or through an SSH tunnel.')
    .option('--port <number>', 'port; 0 picks a free one', wholeNumber, 0)
    .option('--data <folder>', 'workspace folder (default: QUIVER_WORKSPACE or the user data folder)')
    .option('--json', 'one JSON object with the address')
    .action(async ({ port, data, json }: { port: number; data?: string; json?: boolean }) => {
      const server = await startServer({ port, workspace: workspaceFolder(data) })
      printResult({ url: server.url }, { json: json ?? false }, ({ url }) => `Quiver is at ${url}`)
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close())
    })
}
