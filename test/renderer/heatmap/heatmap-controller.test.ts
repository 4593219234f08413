import { expect, test } from 'vitest'
import { traceFlags } from '../../../src-preload/contract/trace.ts'
import { colourTable, heatmapPalettes } from '../../../src-renderer/heatmap/colours.ts'
import { HeatmapController } from '../../../src-renderer/heatmap/heatmap-controller.ts'
import { decodeTokens } from '../../../src-renderer/heatmap/tokens.ts'
import { createFrameQueue } from '../../../src-renderer/lib/frame-queue.ts'
import { recordingContext } from './recording-context.ts'

/** A canvas whose context records, and measures eight pixels a character. */
function recordingCanvas() {
  const { context, named } = recordingContext()
  Object.assign(context, { measureText: (text: string) => ({ width: 8 * text.length }) })
  const canvas = { width: 0, height: 0, style: {}, dataset: {}, getContext: () => context }
  return { canvas: canvas as unknown as HTMLCanvasElement, named }
}

function stage(text: string) {
  const pending: (() => void)[] = []
  const frame = (): void => pending.splice(0).forEach((callback) => void callback())
  const count = text.length
  const tokens = decodeTokens(text, {
    ids: new Uint32Array(count),
    textLengths: new Uint16Array(count).fill(1),
    rolloutLogprobs: new Float32Array(count),
    entropies: new Float32Array(count),
    flags: new Uint8Array(count).fill(traceFlags.reasoning),
  })
  const look = {
    table: colourTable('sequential', 'dark'),
    levels: new Uint8Array(count),
    reasoning: new Uint8Array(count),
    palette: heatmapPalettes.dark,
  }
  const layers = { tokens: recordingCanvas(), marks: recordingCanvas() }
  const heights: number[] = []
  const sights: unknown[] = []
  const controller = new HeatmapController(
    createFrameQueue({ schedule: (callback) => pending.push(callback), nowMs: () => 0, budgetMs: 8 }),
    {
      tokens: layers.tokens.canvas,
      marks: layers.marks.canvas,
      sizeChanged: (_width, height) => void heights.push(height),
      sightChanged: (sight) => void sights.push(sight),
    },
    tokens,
    look,
  )
  controller.setSize(200, 300)
  frame()
  return { controller, frame, look, layers, heights, sights, tokens }
}

test('opening paints each layer once', () => {
  const { controller, layers, heights } = stage('ab\nc')
  expect(controller.paints).toEqual({ tokens: 1, marks: 1 })
  expect(layers.tokens.named('fillText').map((call) => call.args[0])).toEqual(['a', 'b', '↵', 'c'])
  expect(heights).toHaveLength(1)
})

test('hover and focus paint the marks only, once per frame', () => {
  const { controller, frame, layers } = stage('abcdef')
  for (let token = 0; token < 6; token++) controller.setMarks({ hovered: token, focused: 2 })
  frame()
  expect(controller.paints).toEqual({ tokens: 1, marks: 2 })
  expect(layers.marks.named('strokeRect')).toHaveLength(2)
  controller.setMarks({ hovered: 5, focused: 2 })
  frame()
  expect(controller.paints).toEqual({ tokens: 1, marks: 2 })
})

test('a dragged slider recolours once per frame, without a new layout', () => {
  const { controller, frame, look, layers, heights } = stage('abc')
  const widths = controller.shownLayout
  for (let turn = 0; turn < 50; turn++) controller.setLook({ ...look, reasoning: Uint8Array.of(1, 0, turn % 2) })
  frame()
  expect(controller.paints).toEqual({ tokens: 2, marks: 1 })
  expect(controller.shownLayout).toBe(widths)
  expect(heights).toHaveLength(1)
  const underlines = layers.tokens.named('fillRect').filter((call) => call.fillStyle === look.palette.classMark)
  expect(underlines).toHaveLength(2)
})

test('where only classes change, the texts stay and the marks of the changed lines are painted anew', () => {
  const { controller, frame, look, layers } = stage('a\nb\n')
  const marks = (): unknown[] =>
    layers.tokens
      .named('fillRect')
      .filter((call) => call.fillStyle === look.palette.classMark)
      .map((call) => call.args[1])
  const texts = layers.tokens.named('fillText').length
  const clears = layers.tokens.named('clearRect').length
  controller.setLook({ ...look, reasoning: Uint8Array.of(1, 1, 0, 0) })
  frame()
  expect(marks()).toEqual([39, 39])
  controller.setLook({ ...look, reasoning: Uint8Array.of(1, 1, 1, 0) })
  frame()
  expect(marks()).toEqual([39, 39, 71])
  expect(layers.tokens.named('fillText')).toHaveLength(texts)
  expect(layers.tokens.named('clearRect').slice(clears)).toMatchObject([
    { args: [0, 39, 200, 2] },
    { args: [0, 71, 200, 2] },
  ])
  controller.setLook({ ...look, levels: Uint8Array.of(9, 9, 9, 9) })
  frame()
  expect(layers.tokens.named('fillText').length).toBeGreaterThan(texts)
})

test('scrolling shows other lines; a token out of sight says where to scroll', () => {
  const { controller, frame, layers, sights } = stage('x\n'.repeat(100))
  expect(sights.at(-1)).toEqual([0, expect.any(Number)])
  const first = layers.tokens.named('fillText').length
  expect(first).toBeLessThan(30)
  expect(controller.scrollTo(0)).toBeNull()
  const target = controller.scrollTo(100)!
  expect(target.top).toBeGreaterThan(1000)
  expect(target.left).toBe(0)
  controller.setScroll(target.top)
  frame()
  expect(controller.scrollTo(100)).toBeNull()
  expect(controller.paints.tokens).toBe(2)
  expect(sights.at(-1)).toEqual([84, 105])
  controller.destroy()
})

test('lines that break at new lines only are scrolled sideways', () => {
  const { controller, frame, layers } = stage('y'.repeat(300))
  controller.setWrap('lines')
  frame()
  expect(controller.shownLayout.lineCount).toBe(1)
  const target = controller.scrollTo(299)!
  expect(target).toEqual({ top: 0, left: expect.any(Number) })
  expect(target.left).toBeGreaterThan(2000)
  const before = layers.tokens.named('fillText').length
  controller.setScroll(target.top, target.left)
  frame()
  expect(layers.tokens.named('fillText').length - before).toBeLessThan(40)
  expect(controller.tokenAt(180, 20)).toBe(299)
})
