import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { runConfigSchema } from '../../../src-preload/contract/config.ts'
import { changesBetween } from '../../../src-renderer/pages/new-run/changes-panel.tsx'
import { originOfRun, writtenConfig } from '../../../src-renderer/pages/new-run/origin.ts'

const folder = join(import.meta.dirname, '../../../resources/recipes')
const recipes = readdirSync(folder).map((file) => parse(readFileSync(join(folder, file), 'utf8')).config as unknown)

describe('a clone', () => {
  test('says of a run what differs from the defaults, and nothing of it is lost', () => {
    for (const recipe of [...recipes, {}, { lora: {} }, { verifier: { kind: 'weighted' } }]) {
      const config = runConfigSchema.parse(recipe)
      const written = writtenConfig(config)
      expect(runConfigSchema.parse(written)).toEqual(config)
      expect(JSON.stringify(written).length).toBeLessThan(JSON.stringify(config).length / 2)
    }
  })

  test('has a name of its own, and differs in nothing else', () => {
    const config = runConfigSchema.parse(recipes[0])
    const copy = parse(originOfRun('a-1', config).yaml) as unknown
    expect(changesBetween(config, copy)?.map(({ path }) => path)).toEqual(['name'])
  })

  test('of a checkpoint begins with its weights', () => {
    const config = runConfigSchema.parse(recipes[0])
    const checkpoint = { step: 25, folder: '/w/runs/a-1/checkpoints/checkpoint-25', createdAtMs: 1, bytes: 1 }
    const next = runConfigSchema.parse(parse(originOfRun('a-1', config, checkpoint).yaml))
    expect([next.name, next.model]).toEqual([`${config.name}-from-25`, checkpoint.folder])
    expect(changesBetween(config, next)?.map(({ path }) => path)).toEqual(['name', 'model'])
  })
})

test('changes are told with their defaults; a config that does not fit has none to tell', () => {
  expect(changesBetween({}, { seed: 1, rollout: { temperature: 0.7 } })).toEqual([
    { path: 'rollout.temperature', values: ['1', '0.7'] },
  ])
  expect(changesBetween({}, { seed: -1 })).toBeNull()
})
