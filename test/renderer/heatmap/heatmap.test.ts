import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Trace, traceFlags } from '../../../src-preload/contract/trace.ts'
import { channels, domainOf } from '../../../src-renderer/heatmap/channels.ts'
import {
  classifyTokens,
  countDiffering,
  countOnes,
  linearQuantile,
  sortedValues,
  thresholdOf,
} from '../../../src-renderer/heatmap/classify.ts'
import {
  classLevels,
  colourLevels,
  colourTable,
  groundColour,
  heatmapPalettes,
} from '../../../src-renderer/heatmap/colours.ts'
import { tokenFacts, tokenSentence } from '../../../src-renderer/heatmap/describe.ts'
import { boxesInSight, layoutTokens, metrics, moveFocus, tokenAt } from '../../../src-renderer/heatmap/layout.ts'
import { paintMarks, paintTokens } from '../../../src-renderer/heatmap/paint.ts'
import { decodeTokens, endGlyph, noTextGlyph, visibleText } from '../../../src-renderer/heatmap/tokens.ts'
import { contrast, luminance, parseColour, textColourOn } from '../../../src-renderer/lib/colour.ts'
import { recordingContext } from './recording-context.ts'

function traceOf(texts: readonly string[], changes: Partial<Trace> = {}): Trace {
  const column = (): Float32Array => new Float32Array(texts.length)
  return {
    ids: Uint32Array.from(texts, (_, index) => 100 + index),
    textLengths: Uint16Array.from(texts, (text) => text.length),
    rolloutLogprobs: column(),
    entropies: column(),
    flags: new Uint8Array(texts.length),
    ...changes,
  }
}
const tokensOf = (texts: readonly string[], changes: Partial<Trace> = {}) =>
  decodeTokens(texts.join(''), traceOf(texts, changes))
/** Eight pixels a character, as a monospaced font. */
const measure = (text: string): number => 8 * text.length
const layoutOf = (texts: readonly string[], width = 200) => layoutTokens(tokensOf(texts), { width, measure })
const linesOf = (texts: readonly string[], width?: number): string[] => {
  const layout = layoutOf(texts, width)
  return Array.from({ length: layout.lineCount }, (_, line) =>
    layout.text.slice(layout.lineStart[line], layout.lineStart[line + 1]).join(''),
  )
}

describe('texts of the tokens', () => {
  test('white space shows, tokens without text have a glyph', () => {
    const tokens = tokensOf(['The', ' sum', '\n\n', '', '\t', '🎯', ''])
    expect(tokens.shown).toEqual(['The', '·sum', '↵↵', noTextGlyph, '→', '🎯', endGlyph])
    expect(tokens.texts[1]).toBe(' sum')
    expect([...tokens.endsLine]).toEqual([0, 0, 1, 0, 0, 0, 0])
  })

  test('tokens that share a character show it together, each its own part', () => {
    const tokens = tokensOf(['a', '', '', '🎯', '', 'b', '', 'é'])
    expect(tokens.shown).toEqual(['a', '🎯', '🎯', '🎯', noTextGlyph, 'b', 'é', 'é'])
    expect([...tokens.part]).toEqual([1, 1, 2, 3, 1, 1, 1, 2])
    expect([...tokens.partCount]).toEqual([1, 3, 3, 3, 1, 1, 2, 2])
    const layout = layoutTokens(tokens, { width: 400, measure })
    const [first, second, third] = [1, 2, 3].map((token) => layout.firstBox[token]!)
    expect(layout.x[second!]).toBe(layout.x[first!]! + layout.width[first!]!)
    expect(layout.textShift[third!]).toBe(2 * layout.width[first!]!)
    const { context, named } = recordingContext()
    const look = { table: colourTable('sequential', 'light'), palette: heatmapPalettes.light }
    const window = { layout, scrollTop: 0, scrollLeft: 0, width: 400, height: 100 }
    const marks = new Uint8Array(8)
    paintTokens(context, { ...look, ...window, levels: marks, reasoning: marks, flags: marks })
    expect(named('clip')).toHaveLength(5)
    expect(
      new Set(
        named('fillText')
          .filter((call) => call.args[0] === '🎯')
          .map((call) => call.args[1]),
      ).size,
    ).toBe(1)
  })

  test('text that would hide or reorder others is made visible', () => {
    expect(visibleText('a\u202eb\u200bc\u0007')).toBe('a▯b▯c▯')
    expect(visibleText('<b>&amp;')).toBe('<b>&amp;')
  })
})

describe('layout', () => {
  test('lines end at newlines and break between words', () => {
    // 200 - 2 * 12 = 176 pixels of room; a token of n letters takes 8n + 3 and a gap of 1.
    expect(linesOf(['ones', ':', ' 14', '\n', 'tens'])).toEqual(['ones:·14↵', 'tens'])
    expect(linesOf(['alpha', ' beta', ' gam', 'ma', ' delta'])).toEqual(['alpha·beta·gamma', '·delta'])
  })

  test('lines may break between any two tokens, or only at new lines', () => {
    const texts = ['alpha', ' beta', ' gam', 'ma', ' delta', '\n', 'x']
    const lines = (wrap: 'tokens' | 'lines'): number[] => {
      const layout = layoutTokens(tokensOf(texts), { width: 150, measure, wrap })
      return [...layout.firstBox].map((box) => layout.line[box]!)
    }
    expect(lines('lines')).toEqual([0, 0, 0, 0, 0, 0, 1])
    expect(lines('tokens')).toEqual([0, 0, 0, 1, 1, 1, 2])
  })

  test('a word longer than a line is broken between tokens, a token longer than a line inside', () => {
    expect(
      linesOf(
        Array.from({ length: 20 }, () => 'x'),
        150,
      ),
    ).toEqual(['x'.repeat(10), 'x'.repeat(10)])
    const lines = linesOf(['y'.repeat(50)], 150)
    expect(lines.join('')).toBe('y'.repeat(50))
    expect(lines.length).toBeGreaterThan(3)
  })

  test('every token has a place inside the width, in reading order', () => {
    const text = fc.array(fc.constantFrom('a', ' bc', '\n', 'longer', ' ', ''), { maxLength: 200 })
    fc.assert(
      fc.property(text, fc.integer({ min: 80, max: 400 }), (texts, width) => {
        const layout = layoutOf(texts, width)
        expect([...layout.firstBox].every((box) => box >= 0)).toBe(true)
        for (let box = 0; box < layout.token.length; box++) {
          expect(layout.x[box]! + layout.width[box]!).toBeLessThanOrEqual(width - metrics.padding + metrics.gap + 0.01)
          if (box === 0) continue
          expect(layout.line[box]).toBeGreaterThanOrEqual(layout.line[box - 1]!)
          if (layout.line[box] === layout.line[box - 1]) expect(layout.x[box]).toBeGreaterThan(layout.x[box - 1]!)
          expect(layout.token[box]).toBeGreaterThanOrEqual(layout.token[box - 1]!)
        }
      }),
    )
  })

  test('points find their token, and the keys their way', () => {
    const layout = layoutOf(['ab', 'c', '\n', 'd', 'ef', '\n', 'g'])
    const at = (token: number, dx = 2): number => {
      const box = layout.firstBox[token]!
      const y = metrics.padding + layout.line[box]! * metrics.lineHeight + metrics.boxTop + 4
      return tokenAt(layout, layout.x[box]! + dx, y)
    }
    expect([0, 1, 2, 3, 4, 5, 6].map((token) => at(token))).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(tokenAt(layout, 190, metrics.padding + 4)).toBe(-1)
    expect(tokenAt(layout, 20, 5000)).toBe(-1)
    const move = (token: number, ...moves: Parameters<typeof moveFocus>[2][]): number =>
      moves.reduce((focus, one) => moveFocus(layout, focus, one), token)
    expect(move(0, 'right', 'right')).toBe(2)
    expect(move(0, 'left')).toBe(0)
    expect(move(1, 'down')).toBe(4)
    expect(move(4, 'up', 'line-start')).toBe(0)
    expect(move(3, 'line-end')).toBe(5)
    expect(move(3, 'end')).toBe(6)
    expect(move(6, 'down')).toBe(6)
    expect(move(6, 'start')).toBe(0)
  })

  test('an empty response is laid out as nothing', () => {
    const layout = layoutOf([])
    expect(layout.lineCount).toBe(0)
    expect(boxesInSight(layout, 0, 400)).toEqual([0, 0])
    expect(moveFocus(layout, -1, 'right')).toBe(-1)
  })
})

describe('classes', () => {
  test('the quantile interpolates linearly, and ties belong to the class the rule says', () => {
    expect(linearQuantile(sortedValues([0.3, 0.2, 0.1, 0.5, 0.4]), 0.8)).toBeCloseTo(0.42, 12)
    expect(linearQuantile(sortedValues([3]), 0.8)).toBe(3)
    expect(linearQuantile(sortedValues([]), 0.8)).toBeNaN()
    const trace = traceOf(['a', 'b', 'c', 'd'], { entropies: Float32Array.of(0, 0.5, 0.5, 1) })
    expect([...classifyTokens(trace, 0.5, 'at-or-above')]).toEqual([0, 1, 1, 1])
    expect([...classifyTokens(trace, 0.5, 'above')]).toEqual([0, 0, 0, 1])
    expect(countOnes(classifyTokens(trace, 0.5, 'above'))).toBe(1)
  })

  test("the rule is a quantile, a number of nats, or the run's own marks", () => {
    const flags = Uint8Array.of(traceFlags.reasoning, 0, traceFlags.masked, traceFlags.reasoning)
    const trace = traceOf(['a', 'b', 'c', 'd'], { entropies: Float32Array.of(1, 2, 3, 4), flags })
    const sorted = sortedValues(trace.entropies)
    expect(thresholdOf({ mode: 'quantile', quantile: 0.5 }, sorted)).toBe(2.5)
    expect(thresholdOf({ mode: 'threshold', threshold: 0.7 }, sorted)).toBe(0.7)
    const recorded = classifyTokens(trace, thresholdOf({ mode: 'recorded' }, sorted), 'above')
    expect([...recorded]).toEqual([1, 0, 0, 1])
    expect(countDiffering(trace, recorded)).toBe(0)
    // The masked token has no class in the run, so it cannot differ from it.
    expect(countDiffering(trace, classifyTokens(trace, 2.5, 'above'))).toBe(1)
  })
})

describe('colours', () => {
  test.each(['light', 'dark'] as const)('text is legible on every %s ground, 4.5:1 or better', (theme) => {
    for (const kind of ['sequential', 'diverging', 'class'] as const) {
      const { grounds, texts } = colourTable(kind, theme)
      grounds.forEach((ground, level) => {
        expect(contrast(parseColour(ground), parseColour(texts[level]!)), ground).toBeGreaterThanOrEqual(4.5)
      })
    }
    fc.assert(
      fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)), (colour) => {
        expect(contrast(colour, parseColour(textColourOn(colour)))).toBeGreaterThanOrEqual(4.5)
      }),
    )
  })

  test.each(['light', 'dark'] as const)('the %s sequential scale changes lightness in one direction', (theme) => {
    const steps = Array.from({ length: 101 }, (_, index) => luminance(groundColour('sequential', index / 100, theme)))
    const sign = theme === 'light' ? -1 : 1
    // The lead-in leaves the ground's own colour, which may be a touch to the wrong side.
    for (let i = 1; i <= 100; i++) expect(sign * (steps[i]! - steps[i - 1]!), String(i)).toBeGreaterThan(-0.002)
    expect(sign * (steps[100]! - steps[0]!)).toBeGreaterThan(0.5)
  })

  test.each(['light', 'dark'] as const)('marks on the %s ground have 3:1', (theme) => {
    const { surface, classMark, clipMark, focus } = heatmapPalettes[theme]
    for (const mark of [classMark, clipMark, focus])
      expect(contrast(parseColour(mark), parseColour(surface))).toBeGreaterThanOrEqual(3)
  })

  test('values become levels of the table', () => {
    expect([...colourLevels('sequential', Float32Array.of(0, 1, 2, 9), 2)]).toEqual([0, 128, 255, 255])
    expect([...colourLevels('sequential', Float32Array.of(-2, 0), 2)]).toEqual([255, 0])
    expect([...colourLevels('diverging', Float32Array.of(-1, 0, 1, -7), 1)]).toEqual([0, 128, 255, 0])
    expect([...classLevels(Uint8Array.of(0, 1))]).toEqual([0, 255])
  })

  test('scales end at round numbers and say what lies beyond', () => {
    expect(domainOf(channels.entropy, Float32Array.of(0, 0.3, 1.7))).toEqual({ end: 1, beyond: 1 })
    expect(
      domainOf(
        channels.entropy,
        Float32Array.from({ length: 200 }, () => 1.7),
      ),
    ).toEqual({ end: 2, beyond: 0 })
    expect(domainOf(channels['policy-change'], Float32Array.of(-0.2, -0.2, 0.2))).toEqual({ end: 0.25, beyond: 0 })
    expect(domainOf(channels.entropy, new Float32Array())).toEqual({ end: 0.1, beyond: 0 })
  })

  test('a channel that was not recorded has no values', () => {
    const trace = traceOf(['a'], { rolloutLogprobs: Float32Array.of(-2), policyLogprobs: Float32Array.of(-1.5) })
    expect(channels.reference.recorded(trace)).toBe(false)
    expect(channels.kl.recorded(trace)).toBe(false)
    expect(channels['policy-change'].values({ trace, advantage: 0 })).toEqual(Float32Array.of(0.5))
  })
})

test('ratio, KL, advantage and clip have values of their own', () => {
  const flags = Uint8Array.of(0, traceFlags.clippedLow, traceFlags.clippedHigh | traceFlags.masked)
  const trace = traceOf(['a', 'b', 'c'], {
    flags,
    rolloutLogprobs: Float32Array.of(-1, -1, -1),
    policyLogprobs: Float32Array.of(-1, -0.5, -2),
    referenceLogprobs: Float32Array.of(-1, -1, -1),
  })
  const values = (id: keyof typeof channels): number[] => [...channels[id].values({ trace, advantage: -0.5 })]
  expect(values('ratio')).toEqual([1, expect.closeTo(Math.exp(0.5)), expect.closeTo(Math.exp(-1))])
  // k3 of x = reference - policy: exp(x) - x - 1.
  expect(values('kl')).toEqual([0, expect.closeTo(Math.exp(-0.5) + 0.5 - 1), expect.closeTo(Math.E - 2)])
  expect(values('advantage')).toEqual([-0.5, -0.5, -0.5])
  expect(values('clip')).toEqual([0, 1, 4])
  expect([...colourLevels('diverging', Float32Array.from(values('ratio')), 1, 1)]).toEqual([128, 210, 47])
  expect(domainOf(channels.ratio, Float32Array.of(1, 1.2, 0.9)).end).toBe(0.25)
})

describe('paint', () => {
  const flags = Uint8Array.of(0, traceFlags.clippedHigh, traceFlags.masked, traceFlags.clippedDual)
  const tokens = tokensOf(['a', 'b', 'c', 'd'], { flags })
  const layout = layoutTokens(tokens, { width: 200, measure })
  const scene = {
    layout,
    table: colourTable('sequential', 'light'),
    levels: Uint8Array.of(0, 0, 255, 0),
    reasoning: Uint8Array.of(0, 0, 1, 0),
    flags,
    palette: heatmapPalettes.light,
    scrollTop: 0,
    scrollLeft: 0,
    width: 200,
    height: 200,
  } as const

  test('each token has ground and text; class and clip are marked beside the colour', () => {
    const { context, named } = recordingContext()
    expect(paintTokens(context, scene)).toBe(4)
    expect(named('fillText').map((call) => call.args[0])).toEqual(['a', 'b', 'c', 'd'])
    const underlines = named('fillRect').filter((call) => call.fillStyle === scene.palette.classMark)
    expect(underlines).toHaveLength(1)
    expect(underlines[0]!.args[0]).toBe(layout.x[2])
    expect(named('fill').map((call) => call.fillStyle)).toEqual([scene.palette.clipMark, scene.palette.clipMark])
    expect(named('stroke')).toHaveLength(1)
    expect(named('fillText')[2]!.fillStyle).toBe('#ffffff')
    expect(named('fillText')[0]!.fillStyle).toBe('#000000')
  })

  test('only what is in sight is painted, however long the response', () => {
    const texts = Array.from({ length: 32_768 }, (_, index) => (index % 6 === 5 ? '\n' : ' word'))
    const long = tokensOf(texts)
    const longLayout = layoutTokens(long, { width: 400, measure })
    const { context } = recordingContext()
    const painted = paintTokens(context, {
      ...scene,
      layout: longLayout,
      levels: new Uint8Array(long.count),
      reasoning: new Uint8Array(long.count),
      flags: new Uint8Array(long.count),
      scrollTop: 40_000,
      width: 400,
      height: 640,
    })
    expect(painted).toBeGreaterThan(50)
    expect(painted).toBeLessThan(200)
  })

  const noMarks = { hovered: -1, focused: -1, found: null, range: null }

  test('what was found is framed, what is outside the brush is veiled', () => {
    const { context, named } = recordingContext()
    paintMarks(context, scene, { ...noMarks, found: Uint8Array.of(1, 0, 1, 0), range: [1, 3] })
    expect(named('fillRect').map((call) => call.fillStyle)).toEqual([scene.palette.veil, scene.palette.foundVeil])
    expect(named('strokeRect')).toHaveLength(1)
  })

  test('focus and hover are frames on their own layer', () => {
    const { context, named, calls } = recordingContext()
    paintMarks(context, scene, { ...noMarks, hovered: 1, focused: 2 })
    expect(named('strokeRect')).toHaveLength(2)
    expect(named('fillText')).toHaveLength(0)
    calls.length = 0
    paintMarks(context, scene, noMarks)
    paintMarks(context, scene, { ...noMarks, hovered: 3, focused: 3 })
    expect(named('strokeRect')).toHaveLength(1)
  })
})

describe('numbers in words', () => {
  const trace = traceOf([' 4', '\n', ''], {
    entropies: Float32Array.of(0.5, 0, 0),
    rolloutLogprobs: Float32Array.of(-1, 0, 0),
    policyLogprobs: Float32Array.of(-0.5, 0, 0),
    flags: Uint8Array.of(traceFlags.reasoning | traceFlags.clippedHigh, 0, 0),
  })
  const tokens = decodeTokens(' 4\n', trace)

  test('a token has all its numbers', () => {
    const facts = Object.fromEntries(tokenFacts(tokens, 0, false).map((fact) => [fact.label, fact.value]))
    expect(facts).toEqual({
      Position: '1 of 3',
      'Token id': '100',
      Entropy: '0.5',
      'Log-prob., rollout': '−1',
      'Log-prob., policy': '−0.5',
      'Log-prob., reference': '–',
      'Ratio, policy / rollout': '1.649',
      'KL estimate (k3)': '–',
      'Class, in the run': 'reasoning',
      'Class, by the rule': 'knowledge',
      Clip: 'clipped above',
    })
  })

  test('a token is one sentence for those who listen', () => {
    expect(tokenSentence(tokens, 0, true)).toMatch(/^space 4\. Position 1 of 3, Token id 100, Entropy 0\.5 nats,/)
    expect(tokenSentence(tokens, 1, false)).toMatch(/^new line\. /)
    expect(tokenSentence(tokens, 2, false)).toMatch(/^no text\. /)
  })
})
