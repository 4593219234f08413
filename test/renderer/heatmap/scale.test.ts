import { expect, test } from 'vitest'
import { channels } from '../../../src-renderer/heatmap/channels.ts'
import { colourLevels } from '../../../src-renderer/heatmap/colours.ts'
import { drawnValues } from '../../../src-renderer/heatmap/drawn-values.ts'
import { scaleDistance, scalePart, scaleShapes, shapeOf } from '../../../src-renderer/heatmap/scale.ts'

test('a logarithmic scale gives each power of ten the same room, below a fixed end', () => {
  const values = Float32Array.of(0, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 9)
  const levels = [...colourLevels('sequential', values, 1, 0, 'log')]
  expect(levels).toEqual([0, 0, 0, 64, 127, 191, 255, 255])
  expect([
    ...colourLevels(
      'sequential',
      values.map((value) => -value),
      1,
      0,
      'log',
    ),
  ]).toEqual(levels)
  for (const shape of scaleShapes) expect(scaleDistance(scalePart(0.05, 2, shape), 2, shape)).toBeCloseTo(0.05, 12)
  expect(shapeOf('diverging', 'log')).toBe('linear')
})

test('plot and histogram draw a logarithmic channel as parts of its scale, and say its values', () => {
  const drawn = drawnValues(channels.rollout, Float32Array.of(0, -0.01, -1), 1, 'log')
  expect([...drawn.values]).toEqual([0, 0.5, 1])
  expect(drawn).toMatchObject({ extent: [0, 1], origin: 0 })
  expect(drawn.format(0.5)).toBe('−0.01')
  expect(drawn.valueAt(drawn.place(-0.02))).toBeCloseTo(-0.02, 12)
  expect(drawnValues(channels.entropy, Float32Array.of(0.5, 2), 1, 'linear').extent).toEqual([0, 2])
})
