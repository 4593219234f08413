import { expect, test } from 'vitest'
import type { Trace } from '../../../src-preload/contract/trace.ts'
import { actionOfShortcut } from '../../../src-renderer/commands/keys.ts'
import { heatmapActions } from '../../../src-renderer/heatmap/heatmap-actions.ts'
import { useHeatmapSettings } from '../../../src-renderer/heatmap/heatmap-settings.ts'
import { rangeAround } from '../../../src-renderer/heatmap/plot.ts'

const trace: Trace = {
  ids: new Uint32Array(3),
  textLengths: new Uint16Array(3),
  rolloutLogprobs: new Float32Array(3),
  entropies: new Float32Array(3),
  flags: new Uint8Array(3),
}

test('keys change colour, scale, rule and lines; only what is recorded is a colour', () => {
  let tables = 0
  const actions = heatmapActions({ trace, toggleTable: () => tables++, lookAround: () => {} })
  const press = (key: string): void => void actionOfShortcut(actions).get(key)!.run()
  const { getState } = useHeatmapSettings
  press('c')
  expect(getState().channel).toBe('rollout')
  press('c')
  expect(getState().channel).toBe('advantage')
  press('v')
  press('v')
  expect(getState().channel).toBe('entropy')
  press('l')
  expect(getState().scale).toBe('log')
  press('m')
  expect(getState().mode).toBe('threshold')
  press('w')
  expect(getState().wrap).toBe('tokens')
  press('t')
  expect(tables).toBe(1)
  expect(new Set(actions.map(({ shortcut }) => shortcut)).size).toBe(actions.length)
})

test('a look around a token stays inside the response', () => {
  expect(rangeAround(10, 1000)).toEqual([0, 100])
  expect(rangeAround(500, 1000)).toEqual([450, 550])
  expect(rangeAround(990, 1000)).toEqual([899, 999])
  expect(rangeAround(5, 80)).toBeNull()
  expect(rangeAround(-1, 1000)).toBeNull()
})
