import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tarHeader, tarOf } from '../../../src-main/interop/export/tar.ts'
import { temporaryFolder } from '../../helpers/workspace.ts'

test('tar unpacks a folder to the same bytes, names and times', async () => {
  const folder = join(temporaryFolder(), '2026-01-01')
  const contents = {
    'a.txt': Buffer.alloc(0),
    'b/naïve.jsonl': Buffer.from('x'.repeat(513)),
    'b/c/d.bin': Buffer.alloc(512, 7),
  }
  mkdirSync(join(folder, 'b', 'c'), { recursive: true })
  for (const [name, bytes] of Object.entries(contents)) {
    writeFileSync(join(folder, name), bytes)
    utimesSync(join(folder, name), 1e9, 1e9)
  }
  const target = temporaryFolder()
  const archive = join(target, 'all.tar')
  for await (const part of tarOf(folder)) appendFileSync(archive, part)
  expect(readFileSync(archive).length % 512).toBe(0)
  expect(execFileSync('tar', ['-tvf', archive, '--utc'], { encoding: 'utf8' })).toContain('2001-09-09 01:46')
  execFileSync('tar', ['-xf', archive, '-C', target])
  expect(readdirSync(join(target, '2026-01-01')).sort()).toEqual(['a.txt', 'b'])
  for (const [name, bytes] of Object.entries(contents))
    expect(readFileSync(join(target, '2026-01-01', name)).equals(bytes)).toBe(true)
})

test('tar reads the size of a file over 8 GiB', () => {
  const archive = join(temporaryFolder(), 'large.tar')
  writeFileSync(archive, tarHeader('large.bin', 2 ** 33 + 5, 0))
  const listed = execFileSync('sh', ['-c', `tar -tvf '${archive}' 2>/dev/null || true`], { encoding: 'utf8' })
  expect(listed).toContain(` ${2 ** 33 + 5} `)
})

test('a name that the format cannot hold is an error', () => {
  expect(() => tarHeader('n'.repeat(101), 0, 0)).toThrow('too long for a tar archive')
  expect(() => tarHeader(`${'f'.repeat(156)}/n`, 0, 0)).toThrow('too long for a tar archive')
})
