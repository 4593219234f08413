import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { chooseBackend } from '../../../../src-main/tasks/verify/code/choose-backend.ts'
import { startCustomPool } from '../../../../src-main/tasks/verify/custom/custom-pool.ts'
import { verifierTemplate } from '../../../../src-main/tasks/verify/custom/template.ts'
import type { VerifyPool } from '../../../../src-main/tasks/verify/pool.ts'
import { jsonLines, quiver } from '../../../helpers/cli.ts'
import { temporaryFolder } from '../../../helpers/workspace.ts'

const bwrapHolds = await chooseBackend('bwrap').then(
  (backend) => backend.dispose().then(() => true),
  () => false,
)

function poolOf(source: string, name = 'verify.ts'): VerifyPool {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, source)
  const pool = startCustomPool({ kind: 'custom', file }, 2)
  onTestFinished(() => pool.dispose())
  return pool
}
const item = { response: 'Answer: Paris', answer: 'Paris' }

test.runIf(bwrapHolds)('the template checks responses, in order', async () => {
  const pool = poolOf(verifierTemplate)
  expect(await pool.ready()).toMatch(/under bubblewrap/)
  const verdicts = await pool.verify([
    item,
    { response: 'Answer: Rome', answer: 'Paris' },
    { response: '?', answer: '?' },
  ])
  expect(verdicts).toMatchObject([
    { correct: true, score: 1, extracted: 'Paris' },
    { correct: false, score: 0, extracted: 'Rome', reason: 'not equal' },
    { correct: false, extracted: null },
  ])
})

test.runIf(bwrapHolds)('a name finds the JavaScript file; examples without a verdict are named', async () => {
  const data = temporaryFolder()
  mkdirSync(join(data, 'verifiers'))
  const source = 'export const verify = ({ response, answer }) => response === answer\n'
  const example = (more: string): string => `export const examples = [{ response: 'a', answer: 'a'${more} }]\n`
  writeFileSync(join(data, 'verifiers', 'good.js'), source + example(', correct: true'))
  writeFileSync(join(data, 'verifiers', 'bad.js'), source + example(', score: 1'))
  expect(jsonLines(await quiver('verifier', 'test', 'good', '--data', data, '--json'))).toMatchObject([{ holds: true }])
  const bad = await quiver('verifier', 'test', 'bad', '--data', data)
  expect(bad.stderr).toMatch(/bad\.js: its examples must be a list of \{response, answer, correct\}/)
})

test.runIf(bwrapHolds)('plain JavaScript, a truth value and a score of its own will do', async () => {
  const source = 'export const verify = ({ response }) => response.length > 3 ? { correct: true, score: 0.25 } : false'
  const verdicts = await poolOf(source, 'verify.js').verify([item, { response: 'a', answer: '' }])
  expect(verdicts).toMatchObject([
    { correct: true, score: 0.25 },
    { correct: false, score: 0 },
  ])
})

test.runIf(bwrapHolds)('it sees nothing of the host', async () => {
  const source = `
    import { existsSync, readdirSync } from 'node:fs'
    import { createServer } from 'node:net'
    import { spawnSync } from 'node:child_process'
    export async function verify() {
      const listens = await new Promise((done) => {
        try {
          createServer().on('error', () => done(false)).listen(0, '127.0.0.1', () => done(true))
        } catch { done(false) }
      })
      let spawns = false
      try { spawns = spawnSync('/bin/true').status === 0 } catch {}
      const reason = JSON.stringify({ listens, spawns, home: existsSync('/root') || existsSync('/home'), env: Object.keys(process.env).sort() })
      return { correct: true, reason }
    }`
  const [verdict] = await poolOf(source).verify([item])
  expect(JSON.parse(verdict!.reason)).toEqual({
    listens: false,
    spawns: false,
    home: false,
    env: ['HOME', 'LANG', 'PWD'],
  })
})

test.runIf(bwrapHolds)('one that hangs costs its item, and the next is checked', async () => {
  const pool = poolOf(`export const verify = ({ response }) => { while (response === 'hang'); return true }`)
  const verdicts = await pool.verify([{ response: 'hang', answer: '' }, item, item])
  expect(verdicts.map(({ correct, timedOut }) => [correct, timedOut ?? false])).toEqual([
    [false, true],
    [true, false],
    [true, false],
  ])
})

test.runIf(bwrapHolds).each([
  ['an error', `export const verify = () => { throw new Error('no idea') }`, /failed on the response .*no idea/],
  ['no verdict', 'export const verify = () => 7', /expected true, false or/],
  ['an end', 'export const verify = () => process.exit(3)', /its process ended/],
])('%s of the verifier is no verdict on the response', async (_, source, message) => {
  await expect(poolOf(source).verify([item])).rejects.toThrow(message)
})

test.runIf(bwrapHolds).each([
  ['a file that does not parse', 'export function verify( {', /cannot be used/],
  ['a file without verify', 'export const check = () => true', /exports no function named verify/],
])('%s is refused at the start', async (_, source, message) => {
  await expect(poolOf(source).ready()).rejects.toThrow(message)
})

test('a file that is not there, or of another kind, is a sentence', () => {
  expect(() => startCustomPool({ kind: 'custom', file: '/nowhere/verify.ts' })).toThrow(/cannot be read/)
  expect(() => startCustomPool({ kind: 'custom', file: '/nowhere/verify.py' })).toThrow(/\.ts or \.js/)
})

test.runIf(bwrapHolds)('verifier new, list and test', async () => {
  const data = ['--data', temporaryFolder(), '--json']
  const [made] = jsonLines(await quiver('verifier', 'new', 'capitals', ...data))
  expect(jsonLines(await quiver('verifier', 'list', ...data))).toEqual([made])
  const tested = await quiver('verifier', 'test', 'capitals', ...data)
  expect(tested.code, tested.stderr).toBe(0)
  expect(jsonLines(tested).map(({ holds }) => holds)).toEqual([true, true, true])
  expect((await quiver('verifier', 'new', 'capitals', ...data)).stderr).toMatch(/exists already/)
  const wrong = verifierTemplate.replace('correct: true }', 'correct: false }')
  writeFileSync(String(made!.file), wrong)
  expect(await quiver('verifier', 'test', 'capitals', ...data)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/1 of 3 examples do not hold/),
  })
})
