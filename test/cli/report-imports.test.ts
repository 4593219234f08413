import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appFolder } from '../../src-main/util/resources.ts'

const command = join(appFolder, 'src-main', 'cli', 'report-command.ts')

/** Imports the modules in a plain Node and returns the addresses of all that was loaded for them. */
function loadedFor(modules: readonly string[]): string[] {
  const code = `
    import { registerHooks } from 'node:module'
    const loaded = new Set()
    registerHooks({ load: (url, context, next) => { loaded.add(url); return next(url, context) } })
    for (const file of ${JSON.stringify(modules)}) await import(file)
    console.log(JSON.stringify([...loaded]))`
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' }))
}

test("the page's reports, which the command writes too, load no part of a page", () => {
  const modules = [...readFileSync(command, 'utf8').matchAll(/import\('(\S*src-renderer\S*)'\)/g)].map(([, path]) =>
    join(command, '..', path!),
  )
  expect(modules).not.toEqual([])
  const loaded = loadedFor(modules)
  expect(loaded.some((url) => url.endsWith('src-renderer/chart/report.ts'))).toBe(true)
  const packages = loaded.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])
  expect(new Set(packages)).toEqual(new Set(['yaml']))
  expect(loaded.filter((url) => url.endsWith('.tsx'))).toEqual([])
})
