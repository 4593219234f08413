import { createServices } from './services/api.ts'
import { builtPage, ensureBuilt } from './shell/build.ts'
import { startHttpHost } from './shell/http.ts'
import { workspaceToken } from './shell/workspace-token.ts'

export interface ServerOptions {
  /** Port on loopback; 0 picks a free one. */
  readonly port: number
  readonly workspace: string
  /** A page built elsewhere; the app's own, built where needed, when absent. */
  readonly pageFolder?: string
}

export interface RunningServer {
  /** Address to open in a browser on this machine; it holds the access token. */
  readonly url: string
  /** Ends the host. Trainers it started go on. */
  readonly close: () => Promise<void>
}

/** Serves the app on loopback. Throws UserError when the port is taken, or the workspace or the build is not usable. */
export async function startServer({ port, workspace, pageFolder }: ServerOptions): Promise<RunningServer> {
  if (!pageFolder) await ensureBuilt('page')
  const services = createServices({ workspace })
  try {
    const host = await startHttpHost({
      port,
      pageFolder: pageFolder ?? builtPage,
      services,
      token: workspaceToken(workspace),
    })
    return {
      url: host.url,
      close: async () => {
        await host.close()
        services.dispose()
      },
    }
  } catch (error) {
    services.dispose()
    throw error
  }
}
