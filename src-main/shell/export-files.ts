import { exportOfPath } from '../../src-preload/contract/desktop.ts'
import type { Services } from '../services/api.ts'
import { securityHeaders } from './page-files.ts'

/** A finished export on its way to the user; its archive is packed while it is sent. */
export interface ExportFile {
  readonly folder: string
  readonly headers: Readonly<Record<string, string>>
}

/** The export whose archive lies at a URL path; null when there is none. */
export function exportFile(services: Pick<Services, 'exportFolder'>, urlPath: string): ExportFile | null {
  const name = exportOfPath(urlPath)
  const folder = name && services.exportFolder(name)
  if (!folder) return null
  return {
    folder,
    headers: {
      ...securityHeaders,
      'content-type': 'application/gzip',
      'content-disposition': `attachment; filename="quiver-${name}.tar.gz"`,
      'cache-control': 'no-store',
    },
  }
}
