import { describe, expect, test } from 'vitest'
import type { Trace } from '../../../src-preload/contract/trace.ts'
import { heatmapPalettes } from '../../../src-renderer/heatmap/colours.ts'
import { extentOf, histogramOf } from '../../../src-renderer/heatmap/histogram.ts'
import { createHeatmapLink } from '../../../src-renderer/heatmap/link.ts'
import { paintPlot, paintPlotMarks, pixelOf, plotColumns, tokenAtPixel } from '../../../src-renderer/heatmap/plot.ts'
import { nextMatch, searchTokens } from '../../../src-renderer/heatmap/search.ts'
import { decodeTokens } from '../../../src-renderer/heatmap/tokens.ts'
import { recordingContext } from './recording-context.ts'

const traceOf = (texts: readonly string[]): Trace => ({
  ids: new Uint32Array(texts.length),
  textLengths: Uint16Array.from(texts, (text) => text.length),
  rolloutLogprobs: new Float32Array(texts.length),
  entropies: new Float32Array(texts.length),
  flags: new Uint8Array(texts.length),
})

describe('search in a response', () => {
  const texts = ['Wait', ',', ' a', '.', ' wa', 'it', ' +', '1', '']
  const text = texts.join('')
  const tokens = decodeTokens(text, traceOf(texts))

  test('a match marks every token it touches, in upper or lower case', () => {
    const found = searchTokens(tokens, text, 'wait')!
    expect([...found.marks]).toEqual([1, 0, 0, 0, 1, 1, 0, 0, 0])
    expect(found.starts).toEqual([0, 4])
  })

  test('signs are signs, and nothing is found for nothing', () => {
    expect(searchTokens(tokens, text, 'a.')!.starts).toEqual([2])
    expect(searchTokens(tokens, text, '(')!.starts).toEqual([])
    expect(searchTokens(tokens, text, '')).toBeNull()
  })

  test('matches are walked in a circle, in both directions', () => {
    const found = searchTokens(tokens, text, 'wait')!
    expect([-1, 0, 4].map((token) => nextMatch(found, token))).toEqual([0, 4, 0])
    expect([0, 4, 8].map((token) => nextMatch(found, token, true))).toEqual([4, 0, 4])
    expect(nextMatch(searchTokens(tokens, text, '?')!, 0)).toBeNull()
  })
})

describe('plot', () => {
  test('columns keep the extremes of each class, however many tokens share a pixel', () => {
    const values = Float32Array.of(0, 5, 1, 2, -3, 4)
    const { knowledge, reasoning } = plotColumns(values, Uint8Array.of(0, 1, 0, 0, 0, 1), [0, 5], 2)
    expect([...knowledge[0]]).toEqual([0, -3])
    expect([...knowledge[1]]).toEqual([1, 2])
    expect([...reasoning[1]]).toEqual([5, 4])
  })

  test('pixels and tokens lead to each other, in a part of the response too', () => {
    const range = [100, 149] as const
    for (const token of [100, 117, 149]) expect(tokenAtPixel(pixelOf(token, range, 400), range, 400)).toBe(token)
    expect(tokenAtPixel(-5, range, 400)).toBe(100)
    expect(tokenAtPixel(9000, range, 400)).toBe(149)
  })

  test('as many rectangles as pixels at most, and the threshold', () => {
    const count = 32_768
    const columns = plotColumns(new Float32Array(count).fill(1), new Uint8Array(count), [0, count - 1], 300)
    const { context, named } = recordingContext()
    const scene = {
      columns,
      categories: null,
      range: [0, count - 1] as const,
      extent: [0, 2] as const,
      origin: 0,
      format: (value: number) => String(value),
      threshold: 1.5,
      palette: heatmapPalettes.dark,
      width: 300,
      height: 90,
    }
    paintPlot(context, scene)
    expect(named('fillRect')).toHaveLength(300 + 50)
    const marks = { sight: [0, 800] as const, hovered: 5, focused: -1, found: [7], brush: null }
    const layer = recordingContext()
    paintPlotMarks(layer.context, scene, marks)
    expect(layer.named('fillRect').map((call) => call.fillStyle)).toEqual([
      scene.palette.sight,
      scene.palette.found,
      scene.palette.hover,
    ])
  })

  test('categories are colours, not heights, and have no number at their axis', () => {
    const values = Float32Array.of(0, 2, 0, 4)
    const columns = plotColumns(values, Uint8Array.of(0, 1, 0, 0), [0, 3], 4)
    const categories = ['#000', '#111', '#222', '#333', '#444'].map((colour) => ({ name: colour, colour }))
    const { context, named } = recordingContext()
    paintPlot(context, {
      ...{ columns, categories, range: [0, 3], extent: [0, 4], origin: 0, format: String, threshold: null },
      ...{ palette: heatmapPalettes.light, width: 4, height: 90 },
    })
    expect(named('fillRect').map((call) => call.fillStyle)).toEqual(['#000', '#222', '#000', '#444'])
    expect(new Set(named('fillRect').map((call) => call.args[3])).size).toBe(1)
    expect(named('fillText').map((call) => call.args[0])).toEqual(['token 1', '4'])
  })
})

test('a histogram counts everything, the outliers at its ends', () => {
  const { counts } = histogramOf(Float32Array.of(-9, 0, 0.4, 0.6, 1, 9, Number.NaN), 0, 1, 2)
  expect([...counts]).toEqual([3, 3])
  expect(extentOf(Float32Array.of(2, -1, Number.NaN))).toEqual([-1, 2])
  expect(extentOf(Float32Array.of(2))).toEqual([1.5, 2.5])
  expect(extentOf(new Float32Array())).toEqual([0, 1])
})

test('linked views are told only what changed', () => {
  const link = createHeatmapLink()
  let calls = 0
  link.subscribe(() => calls++)
  link.setState({ hovered: 3 })
  link.setState({ hovered: 3 })
  link.setState({ sight: [0, 9] })
  link.setState({ sight: [0, 9] })
  expect(calls).toBe(2)
  expect(link.getState()).toEqual({ hovered: 3, sight: [0, 9] })
})
