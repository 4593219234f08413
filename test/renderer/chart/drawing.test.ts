import { expect, test } from 'vitest'
import { chartCsv } from '../../../src-renderer/chart/csv.ts'
import { chartSvg, type Drawing } from '../../../src-renderer/chart/drawing.ts'
import { niceScale } from '../../../src-renderer/chart/nice-scale.ts'
import { shortened, textWidth } from '../../../src-renderer/chart/text-width.ts'
import { tickTexts } from '../../../src-renderer/chart/tick-texts.ts'
import { pointColumns } from './point-columns.ts'

const scale = { min: 0, max: 2, ticks: [{ value: 2, label: '2' }], part: (value: number) => value / 2 }

function line(label: string, y: readonly number[], x: readonly number[] = [0, 2], colour = '#0072b2') {
  return { label, colour, dash: [], points: pointColumns(x, y), smoothed: false }
}

function draw(rest: Partial<Drawing>): string {
  return chartSvg({ ...{ title: 'Reward', axisLabel: 'step', lines: [], bands: false, x: scale, y: scale }, ...rest })
}

/** Left and right end that each text may reach, and its content. */
function reaches(svg: string): { from: number; to: number; content: string }[] {
  return [...svg.matchAll(/<text x="([-\d.]+)" y="[-\d.]+"([^>]*)>([^<]*)</g)].map(([, x, rest, content]) => {
    const size = Number(/font-size="(\d+)"/.exec(rest!)?.[1] ?? 12)
    const width = textWidth(content!, size) * (rest!.includes('font-weight') ? 1.1 : 1)
    const before = rest!.includes('"end"') ? width : rest!.includes('"middle"') ? width / 2 : 0
    return { from: Number(x) - before, to: Number(x) - before + width, content: content! }
  })
}

test('a panel is saved as numbers or as a drawing', () => {
  const lines = [{ ...line('a, "b" <c>', [0.5, 0.75], [1, 2]), dash: [6, 3] }]
  expect(chartCsv('step', lines)).toBe('step,"a, ""b"" <c>"\n1,0.5\n2,0.75\n')
  const drawing = draw({ title: 'Reward <1>', lines })
  expect(drawing).toContain('Reward &lt;1&gt;')
  expect(drawing).toContain('a, &quot;b&quot; &lt;c&gt; 0.75')
  expect(drawing).toContain('M374.0 299.0L708.0 259.0')
  expect(drawing).not.toContain('<c>')
})

test('a drawing of percentiles fills the room between them, as the canvas does', () => {
  const lines = [line('p95', [2, 2]), line('p50', [1, 1], [0, 2], '#d55e00'), line('p5', [0, 0], [0, 2], '#00805c')]
  const fills = (svg: string) => [...svg.matchAll(/<path d="(.*)" fill="(#\w+)" fill-opacity="0\.16"/g)]
  expect(fills(draw({ lines, bands: true })).map(([, path, colour]) => [colour, path])).toEqual([
    ['#0072b2', 'M40.0 59.0L708.0 59.0L708.0 219.0L40.0 219.0Z'],
    ['#d55e00', 'M40.0 219.0L708.0 219.0L708.0 379.0L40.0 379.0Z'],
  ])
  expect(fills(draw({ lines }))).toEqual([])
  const edges = lines.map((one, index) => (index < 2 ? { ...one, edge: { of: 'p5', filled: index === 0 } } : one))
  const ofSeeds = draw({ lines: edges })
  expect(fills(ofSeeds)).toHaveLength(1)
  expect(ofSeeds.match(/stroke-width="0\.75" stroke-opacity="0\.34"/g)).toHaveLength(2)
})

test.each([720, 420])('no text of a drawing %i wide passes its edge, and no value is cut', (width) => {
  const names = ['archer-arithmetic-copy', 'grpo', `${'MW'.repeat(80)} 9f3a`, '名字很长的一个运行'.repeat(6)]
  const lines = names.map((name, index) => line(name, [0, 0.891 + index / 1000]))
  const ticks = [
    { value: 0, label: '−1.23e-5' },
    { value: 2, label: '12 h 04 min' },
  ]
  const axis = { ...scale, ticks }
  const svg = draw({ title: 'A title '.repeat(30), lines, x: axis, y: axis, size: { width, plotHeight: 190 } })
  const texts = reaches(svg)
  expect(texts.filter(({ from, to }) => from < 0 || to > width)).toEqual([])
  const legend = texts.filter(({ content }) => / 0\.89\d$/.test(content)).map(({ content }) => content)
  expect(legend.slice(0, 2)).toEqual(['archer-arithmetic-copy 0.891', 'grpo 0.892'])
  expect(legend[2]).toMatch(/^MWMW.*….* 9f3a 0\.893$/)
  expect(legend[3]).toMatch(/0\.894$/)
  const height = Number(/viewBox="0 0 \d+ (\d+)"/.exec(svg)![1])
  const heights = [...svg.matchAll(/<text x="[-\d.]+" y="([\d.]+)"/g)].map(([, y]) => Number(y))
  expect(Math.max(...heights)).toBeLessThan(height)
})

test('a long text keeps its beginning and its end', () => {
  expect(shortened('archer', 200, 12)).toBe('archer')
  const short = shortened('archer-arithmetic-with-a-long-name 9f3a', 160, 12)
  expect(short).toMatch(/^archer-.*….*9f3a$/)
  expect(textWidth(short, 12)).toBeLessThanOrEqual(160)
})

test('the legend of a zoom has the last values in sight', () => {
  const lines = [line('reward', [0.1, 0.2, 0.3], [1, 2, 3])]
  expect(draw({ lines })).toContain('>reward 0.2<')
  expect(draw({ lines, x: { ...scale, max: 2.5 } })).toContain('>reward 0.2<')
  expect(draw({ lines, x: { ...scale, max: 0.5 } })).toContain('>reward –<')
})

test('a line of one point is seen', () => {
  expect(draw({ lines: [line('greedy', [1], [1])] })).toContain('d="M374.0 219.0h0"')
})

test('the texts of ticks that lie close together can be told apart', () => {
  expect(tickTexts([0, 0.5, 1])).toEqual(['0', '0.5', '1'])
  expect(tickTexts([0.99999, 1, 1.00001])).toEqual(['0.99999', '1', '1.00001'])
  expect(niceScale([0.999_994, 1.000_004]).ticks.map(({ label }) => label)).toContain('0.999998')
  expect(niceScale([-0.3, 0.1]).ticks.map(({ label }) => label)).toEqual(['−0.3', '−0.2', '−0.1', '0', '0.1'])
})
