import { describe, expect, test } from 'vitest'
import { runConfigSchema } from '../../../src-preload/contract/config.ts'
import { filterDoubts } from '../../../src-preload/contract/filter-doubts.ts'
import type { GroupSummary, RolloutSummary, RunSummary } from '../../../src-preload/contract/run.ts'
import { configDifferences } from '../../../src-renderer/lib/config-diff.ts'
import { distinctNames } from '../../../src-renderer/lib/run-names.ts'
import { histogramBars } from '../../../src-renderer/pages/curriculum/histogram-bars.ts'
import { cardFacts } from '../../../src-renderer/pages/devices/card-facts.ts'
import { trialFacts } from '../../../src-renderer/pages/devices/trial-facts.ts'
import { classRule } from '../../../src-renderer/pages/rollout/class-rule.ts'
import { filterGroups, hasNoSpread, stepSummary } from '../../../src-renderer/pages/rollouts/group-filter.ts'
import { soughtWords } from '../../../src-renderer/pages/rollouts/search-results.tsx'
import { moveColumn, toggleColumn } from '../../../src-renderer/pages/runs/column-order.ts'
import {
  runFilterVocabulary,
  runsCsv,
  searchRuns,
  sortRuns,
  tableLines,
} from '../../../src-renderer/pages/runs/run-filter.ts'
import { isReference, meantChoice } from '../../../src-renderer/ui/model-chooser.tsx'
import { sparklinePath } from '../../../src-renderer/ui/sparkline.tsx'

const run = (name: string, changes: Partial<RunSummary>): RunSummary =>
  ({
    id: name,
    name,
    tags: [],
    notes: '',
    pinned: false,
    method: 'archer',
    model: 'm',
    status: 'finished',
    step: 1,
    steps: 2,
    ...changes,
  }) as RunSummary

const group = (rewards: number[], finishReason: RolloutSummary['finishReason'] = 'eos'): GroupSummary =>
  ({
    group: 0,
    rollouts: rewards.map((reward) => ({ reward, correct: reward > 0, finishReason })),
  }) as unknown as GroupSummary

describe('runs list', () => {
  const runs = [
    run('a', { createdAtMs: 1, lastReward: 0.4, tags: ['seed'] }),
    run('b', { createdAtMs: 3, lastReward: null, status: 'running' }),
    run('c', { createdAtMs: 2, lastReward: 0.9, method: 'grpo' }),
  ]

  test('a column moves to any place and no further than the ends; a hidden one comes last', () => {
    const columns = ['method', 'status', 'reward']
    expect(moveColumn(columns, 'reward', 0)).toEqual(['reward', 'method', 'status'])
    expect(moveColumn(columns, 'method', 1)).toEqual(['status', 'method', 'reward'])
    expect(moveColumn(columns, 'method', 9)).toEqual(['status', 'reward', 'method'])
    expect(moveColumn(columns, 'method', -1)).toBe(columns)
    expect(moveColumn(columns, 'absent', 1)).toBe(columns)
    expect(toggleColumn(columns, 'status')).toEqual(['method', 'reward'])
    expect(toggleColumn(columns, 'notes')).toEqual([...columns, 'notes'])
  })

  test('search takes every word, in any column', () => {
    expect(searchRuns(runs, ' GRPO finished').map((one) => one.name)).toEqual(['c'])
    expect(searchRuns(runs, 'seed').map((one) => one.name)).toEqual(['a'])
    expect(searchRuns(runs, '')).toBe(runs)
  })

  test('conditions on fields, numbers, tags and pins narrow the list; a minus turns one round', () => {
    const more = [...runs, run('my run', { lastAccuracy: 0.55, pinned: true, notes: 'why: a test' })]
    const names = (query: string): string[] => searchRuns(more, query).map((one) => one.name)
    expect(names('method:grpo reward>0.6')).toEqual(['c'])
    expect(names('reward<=40%')).toEqual(['a'])
    expect(names('status:running')).toEqual(['b'])
    expect(names('-tag:seed -status=running method:archer')).toEqual(['my run'])
    expect(names('name:"my r"')).toEqual(['my run'])
    expect(names('is:pinned accuracy>=0.5')).toEqual(['my run'])
    expect(names('why:')).toEqual(['my run'])
    expect(names('note:test')).toEqual(['my run'])
    const held = run('held out', { lastGreedy: 0.9, seed: 7, learningRate: 1e-5 })
    expect(searchRuns([...more, held], 'greedy>0.8 seed:7 learning_rate<=1e-5')).toEqual([held])
    expect(filterDoubts('status:running reward>0.6 -tag:x is:pinned', runFilterVocabulary)).toEqual([])
    expect(filterDoubts('statis:running', runFilterVocabulary)[0]?.closest).toBe('status')
  })

  test('pinned runs come first, groups keep the order of their first run', () => {
    const pinned = [...runs, run('p', { createdAtMs: 0, pinned: true, method: 'grpo' })]
    const sorted = sortRuns(pinned, { key: 'created', descending: true })
    expect(sorted.map((one) => one.name)).toEqual(['p', 'b', 'c', 'a'])
    const lines = tableLines(sorted, 'method')
    expect(lines.map((line) => (line.kind === 'run' ? line.run.name : `[${line.name}]`))).toEqual([
      '[grpo]',
      'p',
      'c',
      '[archer]',
      'b',
      'a',
    ])
  })

  test('runs are saved as CSV with quotes where they are needed', () => {
    const saved = runsCsv([run('x, "y"', { createdAtMs: 0, elapsedMs: 1500, lastReward: 0.5, notes: 'a,b' })])
    expect(saved).toBe(
      'id,name,tags,method,model,seed,learning_rate,status,step,steps,reward,accuracy,greedy,elapsed_s,created,notes\n' +
        '"x, ""y""","x, ""y""",,archer,m,,,finished,1,2,0.5,,,1.5,1970-01-01T00:00:00.000Z,"a,b"\n',
    )
  })

  test('sorting puts runs without a value last in either direction', () => {
    expect(sortRuns(runs, { key: 'reward', descending: true }).map((one) => one.name)).toEqual(['c', 'a', 'b'])
    expect(sortRuns(runs, { key: 'reward', descending: false }).map((one) => one.name)).toEqual(['a', 'c', 'b'])
    expect(sortRuns(runs, { key: 'created', descending: true }).map((one) => one.name)).toEqual(['b', 'c', 'a'])
  })

  test('a sparkline stays in its box, whatever the values', () => {
    expect(sparklinePath([1], 96, 22)).toBe('')
    expect(sparklinePath([2, 2], 96, 22)).toBe('M1.0 11.0L95.0 11.0')
    expect(sparklinePath([0, 1], 96, 22)).toBe('M1.0 20.5L95.0 1.5')
  })
})

describe('rollouts', () => {
  test('groups without spread are those whose rewards are all equal', () => {
    const groups = [group([1, 1]), group([1, 0]), group([0, 0], 'length')]
    expect(groups.map(hasNoSpread)).toEqual([true, false, true])
    expect(filterGroups(groups, 'spread')).toEqual([groups[1]])
    expect(filterGroups(groups, 'no-spread')).toEqual([groups[0], groups[2]])
    expect(filterGroups(groups, 'truncated')).toEqual([groups[2]])
    expect(stepSummary(groups)).toEqual({ groups: 3, responses: 6, accuracy: 0.5, meanReward: 0.5, withoutSpread: 2 })
    expect(stepSummary([]).accuracy).toBe(0)
  })

  test("the slider starts at the run's own rule", () => {
    const config = (method: object) => runConfigSchema.parse({ method })
    expect(classRule(config({ name: 'archer', token_entropy_quantile: 0.7 }).method)).toEqual({
      quantile: 0.7,
      ties: 'at-or-above',
    })
    expect(classRule(config({ name: 'archer', form: 'repository' }).method).ties).toBe('above')
    expect(classRule(config({ name: 'grpo' }).method)).toEqual({ quantile: 0.8, ties: 'at-or-above' })
  })
})

describe('compare', () => {
  test('only keys that differ are shown, absent ones as absent', () => {
    const archer = runConfigSchema.parse({ evaluation: { k: [1] } })
    const grpo = runConfigSchema.parse({ method: { name: 'grpo' }, seed: 2 })
    const paths = new Map(configDifferences([archer, grpo]).map(({ path, values }) => [path, values]))
    expect(paths.get('seed')).toEqual(['1', '2'])
    expect(paths.get('method.name')).toEqual(['archer', 'grpo'])
    expect(paths.get('method.form')).toEqual(['paper', null])
    expect(paths.get('method.clip_ratio_c')).toEqual(['10', 'none'])
    expect(paths.has('evaluation.k')).toBe(false)
    expect(configDifferences([archer, archer])).toEqual([])
  })

  test('runs of the same name can be told apart', () => {
    const run = (id: string, seed: number, learningRate = 1e-4) => ({ id, name: id.split('-')[0]!, seed, learningRate })
    const named = (...runs: ReturnType<typeof run>[]) =>
      distinctNames(runs).map((name) => name.replaceAll('\u00a0', '_'))
    expect(named(run('x-1a', 1), run('x-2b', 1), run('y-3', 1))).toEqual(['x 1a', 'x 2b', 'y'])
    expect(named(run('x-1a', 1), run('x-2b', 2), run('y-3', 1))).toEqual(['x seed_1', 'x seed_2', 'y'])
    expect(named(run('x-1a', 1), run('x-2b', 2), run('x-3c', 1))).toEqual(['x seed_1 1a', 'x seed_2', 'x seed_1 3c'])
    expect(named(run('x-1a', 1), run('x-2b', 1, 1e-3))).toEqual(['x lr_0.0001', 'x lr_0.001'])
  })
})

test('bars of a histogram fill their box, and the smallest is seen', () => {
  const bins = [0, 1, 500].map((prompts, index) => ({ from: index, prompts, accuracy: null }))
  const { bars, largest } = histogramBars(bins, 30, 100)
  expect(largest).toBe(500)
  expect(bars.map(({ x, y, barHeight }) => [x, y, barHeight])).toEqual([
    [0, 100, 0],
    [10, 99, 1],
    [20, 0, 100],
  ])
  expect(histogramBars([], 30, 100)).toEqual({ bars: [], largest: 0 })
})

test('what the trial of a device measured is said in words, and what does not apply left out', () => {
  expect(trialFacts('webgpu', { largestError: 7.6e-6, placement: null, traffic: null })).toEqual([
    { label: 'Largest difference from the CPU', text: '7.6e-6' },
  ])
  expect(trialFacts('cpu', { largestError: 7.6e-6, placement: null, traffic: null })).toEqual([])
  const placement = { operations: 200, onCpu: 5, kinds: { Reshape: 4, Range: 1 } }
  const bytes = { toDevice: 2_000_000, toHost: 1000 }
  const facts = trialFacts('webgpu', {
    largestError: 0,
    placement,
    traffic: { trainingStep: bytes, decodeStep: bytes },
  })
  expect(facts.map(({ text }) => text).slice(1)).toEqual([
    expect.stringMatching(/^2\.5 ?% \(5 of 200\): Reshape 4, Range 1$/),
    expect.stringMatching(/ in, .+ out$/),
    expect.stringMatching(/ in, .+ out$/),
  ])
  const none = trialFacts('webgpu', {
    largestError: 0,
    placement: { ...placement, onCpu: 0, kinds: {} },
    traffic: null,
  })
  expect(none[1]!.text).toBe('none')
})

test('a card is said in words, and what it does not tell left out', () => {
  const card = {
    ...{ name: 'Some card', capability: '9.0', driver: null, cuda: '13.0', libraries: ['NVRTC 12.8'] },
    ...{ memoryTotal: 80 * 2 ** 30, memoryFree: 70 * 2 ** 30, clockMhz: 1980, memoryClockMhz: 2619 },
    ...{ utilization: 0, powerWatts: 512.3, temperatureCelsius: null },
  }
  expect(cardFacts(card).map(({ label, text }) => `${label}: ${text}`)).toEqual([
    'Card: Some card',
    'Compute capability: 9.0',
    'Driver: CUDA 13.0',
    'Libraries: NVRTC 12.8',
    'Memory of the card: 70.0 GiB free of 80.0 GiB',
    'Clocks of the card and its memory: 1980 MHz, 2619 MHz',
    'Busy: 0 %',
    'Power: 512 W',
  ])
})

test('what a search seeks in a text stands out there: words and parts of them, no flags, nothing left out', () => {
  const filter = 'wrong wait contains:\\boxed text:"a b" -text:no prompt:"48 +" step>3 contains:'
  expect(soughtWords(filter, ['', 'text', 'contains'])).toEqual(['wait', '\\boxed', 'a b', 'contains:'])
  expect(soughtWords(filter, ['prompt'])).toEqual(['48 +'])
})

test('a text stands for the only model that has it in its name, else for itself', () => {
  const choices = [
    { reference: 'builtin:tiny', title: 'tiny' },
    { reference: 'run-1', title: 'grpo small' },
    { reference: 'run-2', title: 'dapo small' },
  ]
  const meant = (text: string): string => meantChoice(choices, text)
  expect(['tiny', 'GRPO', 'run-2', 'small', '/models/x', 'run-1@5'].map(meant)).toEqual([
    'builtin:tiny',
    'run-1',
    'run-2',
    'small',
    '/models/x',
    'run-1@5',
  ])
  expect(['builtin:x', './m', '/m', 'C:\\m'].every((text) => isReference(choices, text))).toBe(true)
  expect(isReference(choices, 'nothing-of-that-name')).toBe(false)
})
