import { describe, expect, test } from 'vitest'
import { emptyMetricColumns, type MetricColumns } from '../../../src-preload/contract/columns.ts'
import type { ApiClient } from '../../../src-preload/contract/rpc.ts'
import type { MetricSeries } from '../../../src-preload/contract/run.ts'
import { LiveStore } from '../../../src-renderer/lib/live.ts'
import { emptyColumns, forgetAfter, lastValue, mergeSeries } from '../../../src-renderer/lib/run-columns.ts'
import { runSummaryOf } from '../../helpers/run-summary.ts'

const series = (steps: number[], values: Record<string, (number | null)[]>): MetricSeries => ({
  runId: 'run',
  steps,
  atMs: steps.map((step) => step * 1000),
  elapsedMs: steps.map((step) => step * 900),
  values,
})

function packed({ runId, steps, atMs, elapsedMs, values }: MetricSeries): MetricColumns {
  const names = Object.keys(values)
  const columns = emptyMetricColumns(steps.length, names.length)
  columns.steps.set(steps)
  columns.atMs.set(atMs)
  columns.elapsedMs.set(elapsedMs)
  for (const [index, name] of names.entries())
    columns.metric(index).set(values[name]!.map((value) => value ?? Number.NaN))
  return { runId, count: steps.length, names, columns: columns.columns }
}

/** Answers `metrics.columns` and `metrics.series` from a full series and notes what was asked; -1 stands for all. */
function seriesClient(full: () => MetricSeries) {
  const asked: number[] = []
  const client: ApiClient = {
    call: async (name, input) => {
      const { afterStep = -1 } = input as { afterStep?: number }
      asked.push(afterStep)
      const { steps, values, ...rest } = full()
      if (name === 'metrics.columns') return packed({ steps, values, ...rest }) as never
      const first = steps.findIndex((step) => step > afterStep)
      const cut = first < 0 ? steps.length : first
      const columns = Object.fromEntries(Object.entries(values).map(([name, column]) => [name, column.slice(cut)]))
      return { ...rest, steps: steps.slice(cut), values: columns } as never
    },
  }
  return { client, asked }
}

describe('columns of a run', () => {
  test('new steps are appended, new metrics get nulls before', () => {
    const columns = emptyColumns()
    expect(mergeSeries(columns, series([1, 2], { reward: [0.1, 0.2] }))).toBe(0)
    expect(mergeSeries(columns, series([3], { reward: [0.3], kl: [0.01] }))).toBe(2)
    expect(columns.steps).toEqual([1, 2, 3])
    expect(columns.values.get('kl')?.toArray()).toEqual([null, null, 0.01])
    expect(lastValue(columns, 'reward')).toBe(0.3)
  })

  test('a step that comes again takes the place of what was known of it', () => {
    const columns = emptyColumns()
    mergeSeries(columns, series([1, 2], { reward: [0.1, 0.2] }))
    expect(mergeSeries(columns, series([2], { reward: [0.2], 'eval/greedy': [0.5] }))).toBe(1)
    expect(columns.steps).toEqual([1, 2])
    expect(columns.values.get('eval/greedy')?.toArray()).toEqual([null, 0.5])
  })

  test('steps after a checkpoint are forgotten when a run resumes from it', () => {
    const columns = emptyColumns()
    mergeSeries(columns, series([1, 2, 3], { reward: [1, 2, 3] }))
    expect(forgetAfter(columns, 1)).toBe(true)
    expect(columns.values.get('reward')?.toArray()).toEqual([1])
    expect(forgetAfter(columns, 1)).toBe(false)
  })
})

describe('the live store', () => {
  test('loads a watched run once and appends what is pushed', async () => {
    const { client, asked } = seriesClient(() => series([1, 2], { reward: [0.1, 0.2] }))
    const live = new LiveStore(client)
    let told = 0
    live.subscribeSeries('run', () => told++)
    live.subscribeSeries('run', () => {})
    await live.load('run', -1)
    live.apply({ runs: [], removed: [], series: [series([3], { reward: [0.3] })] })
    expect(asked).toEqual([-1])
    expect(told).toBe(2)
    expect(live.columnsOf('run').steps).toEqual([1, 2, 3])
  })

  test('a gap is filled by asking for what is missing', async () => {
    let full = series([1, 2], { reward: [1, 2] })
    const { client, asked } = seriesClient(() => full)
    const live = new LiveStore(client)
    live.subscribeSeries('run', () => {})
    await live.load('run', -1)
    full = series([1, 2, 3, 4, 5], { reward: [1, 2, 3, 4, 5] })
    live.apply({ runs: [], removed: [], series: [series([5], { reward: [5] })] })
    await live.load('run', 2)
    expect(asked).toEqual([-1, 2])
    expect(live.columnsOf('run').values.get('reward')?.toArray()).toEqual([1, 2, 3, 4, 5])
  })

  test('what comes while all is being read is asked for after it', async () => {
    let full = series([1, 2], { reward: [1, 2] })
    const { client, asked } = seriesClient(() => full)
    const live = new LiveStore(client)
    live.subscribeSeries('run', () => {})
    const first = live.load('run', -1)
    full = series([1, 2, 3], { reward: [1, 2, 3] })
    live.apply({ runs: [], removed: [], series: [series([3], { reward: [3] })] })
    await first
    await live.load('run', 2)
    expect(asked).toEqual([-1, 2])
    expect(live.columnsOf('run').steps).toEqual([1, 2, 3])
  })

  test('what is shown first is read first, and the rest of the same steps after it', async () => {
    const full = series([1, 2], { reward: [0.1, 0.2], kl: [1, 2] })
    const asked: unknown[] = []
    let live: LiveStore
    const seen: string[][] = []
    const client: ApiClient = {
      call: async (name, input) => {
        if (name === 'metrics.names') return Object.keys(full.values) as never
        const { choice } = input as { choice?: { names: string[]; othersUpToStep?: number } }
        asked.push(choice)
        const isRest = choice?.othersUpToStep !== undefined
        return packed({ ...full, values: isRest ? { kl: full.values.kl! } : { reward: full.values.reward! } }) as never
      },
    }
    live = new LiveStore(client, ['reward'])
    live.subscribeSeries('run', () => seen.push([...live.columnsOf('run').values.keys()]))
    await live.settled('run')
    expect(asked).toEqual([{ names: ['reward'] }, { names: ['reward'], othersUpToStep: 2 }])
    expect(seen).toEqual([[], ['reward'], ['reward', 'kl']])
    expect([...live.columnsOf('run').names]).toEqual(['reward', 'kl'])
    expect(live.columnsOf('run').values.get('kl')?.toArray()).toEqual([1, 2])
    expect(live.columnsOf('run').revision).toBe(0)
  })

  test('a run that loses steps between two answers is read whole', async () => {
    const answers = [
      series([1, 2], { reward: [1, 2] }),
      series([1, 2], { kl: [5, 6] }),
      series([1], { reward: [1], kl: [5] }),
    ]
    const client: ApiClient = {
      call: async (name) => {
        if (name === 'metrics.names') return ['reward', 'kl'] as never
        if (answers.length === 2) live.apply({ runs: [runSummaryOf({ step: 1 })], removed: [], series: [] })
        return packed(answers.shift()!) as never
      },
    }
    const live = new LiveStore(client, ['reward'])
    live.subscribeSeries('run', () => {})
    await live.settled('run')
    const { steps, values } = live.columnsOf('run')
    expect([steps, values.get('reward')?.toArray(), values.get('kl')?.toArray()]).toEqual([[1], [1], [5]])
    expect(answers).toEqual([])
  })

  test('what could not be read is read once more for who must have it, and told when it fails again', async () => {
    let fails = true
    const { client } = seriesClient(() => series([1, 2], { reward: [1, 2] }))
    const live = new LiveStore({
      call: async (name, input) => {
        if (fails) throw new Error('The connection was lost.')
        return client.call(name, input)
      },
    })
    live.subscribeSeries('run', () => {})
    await expect(live.settled('run')).rejects.toThrow('lost')
    await expect(live.settled('run')).rejects.toThrow('lost')
    fails = false
    await live.settled('run')
    expect(live.columnsOf('run').steps).toEqual([1, 2])
  })

  test('a run that went back to a checkpoint loses the steps after it', async () => {
    const { client } = seriesClient(() => series([1, 2, 3], { reward: [1, 2, 3] }))
    const live = new LiveStore(client)
    live.setRuns([runSummaryOf()])
    live.subscribeSeries('run', () => {})
    await live.load('run', -1)
    live.apply({ runs: [runSummaryOf({ step: 2 })], removed: [], series: [] })
    live.apply({ runs: [runSummaryOf({ step: 3 })], removed: [], series: [series([3], { reward: [9] })] })
    expect(live.columnsOf('run').values.get('reward')?.toArray()).toEqual([1, 2, 9])
  })

  test('runs nobody looks at keep no columns; deleted runs leave the list', () => {
    const { client, asked } = seriesClient(() => series([], {}))
    const live = new LiveStore(client)
    live.setRuns([runSummaryOf(), runSummaryOf({ id: 'other', createdAtMs: 2 })])
    const before = live.runs()
    live.apply({ runs: [runSummaryOf({ step: 4 })], removed: [], series: [series([4], { reward: [4] })] })
    expect(live.runs()).not.toBe(before)
    expect(live.runs()?.map((run) => run.id)).toEqual(['other', 'run'])
    expect(asked).toEqual([])
    live.apply({ runs: [], removed: ['other'], series: [] })
    expect(live.runs()?.map((run) => run.id)).toEqual(['run'])
  })
})
