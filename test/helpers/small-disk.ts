import { spawnSync } from 'node:child_process'
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './workspace.ts'

/** A small disk of its own, or why there is none. */
export function smallDisk(kilobytes: number): { folder: string } | { refused: string } {
  const folder = join(temporaryFolder(), 'disk')
  mkdirSync(folder)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], { encoding: 'utf8' })
  if (mounted.status !== 0) return { refused: mounted.error?.message ?? mounted.stderr.trim() }
  onTestFinished(() => void spawnSync('umount', ['-l', folder]))
  return { folder }
}

/** Writes a file that leaves only `roomBytes` free. */
export function fillDisk(folder: string, roomBytes: number): void {
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(join(folder, 'filler'), Buffer.alloc(bavail * bsize - roomBytes))
}
