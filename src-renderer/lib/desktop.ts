import { desktopOrigin, exportPath } from '../../src-preload/contract/desktop.ts'

/** Whether the page runs in the desktop app, on the machine of the services. */
export const isDesktop = (): boolean => location.origin === desktopOrigin

/** Has the desktop app open the folder of an export. */
export async function showExport(name: string): Promise<void> {
  await fetch(exportPath(name), { method: 'POST' })
}
