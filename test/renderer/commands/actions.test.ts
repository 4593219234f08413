import { describe, expect, test } from 'vitest'
import type { ApiClient } from '../../../src-preload/contract/rpc.ts'
import type { RunStatus } from '../../../src-preload/contract/run.ts'
import { type Action, findActions, matchScore, shortcutLabel } from '../../../src-renderer/commands/actions.ts'
import { globalActions, openRunActions } from '../../../src-renderer/commands/global-actions.ts'
import { actionOfShortcut } from '../../../src-renderer/commands/keys.ts'
import { type ActionableRun, runActions } from '../../../src-renderer/commands/run-actions.ts'
import { things } from '../../../src-renderer/commands/things.ts'
import type { Question } from '../../../src-renderer/lib/view-state.ts'
import { runSummaryOf } from '../../helpers/run-summary.ts'

const run = (status: RunStatus, changes: Partial<ActionableRun> = {}): ActionableRun => ({
  ...runSummaryOf({ id: 'archer-1', name: 'archer', status }),
  startsOver: false,
  ...changes,
})

function context(answer: () => Promise<unknown> = async () => undefined) {
  const calls: string[] = []
  const questions: Question[] = []
  const sentences: string[] = []
  const undos: { sentence: string; undo: () => Promise<void> }[] = []
  const client: ApiClient = {
    call: async (name) => {
      calls.push(name)
      return (await answer()) as never
    },
  }
  return {
    calls,
    questions,
    sentences,
    undos,
    context: {
      client,
      ask: (question: Question) => void questions.push(question),
      takenBack: (sentence: string, undo: () => Promise<void>) => void undos.push({ sentence, undo }),
      failed: (sentence: string) => void sentences.push(sentence),
      clone: (id: string) => void calls.push(`clone ${id}`),
      deleted: (runs: readonly { readonly id: string }[]) => void calls.push(`deleted ${runs.map((one) => one.id)}`),
    },
  }
}

const enabledOf = (summary: ActionableRun): string[] =>
  runActions(summary, context().context)
    .filter((action) => action.enabled && !['run.pin', 'run.repeat', 'run.clone'].includes(action.id))
    .map((action) => action.id)

describe('what can be done with a run', () => {
  test.each([
    ['starting', ['run.stop']],
    ['running', ['run.pause', 'run.stop']],
    ['paused', ['run.resume', 'run.stop']],
    ['stopping', []],
    ['stopped', ['run.resume', 'run.queue', 'run.delete']],
    ['failed', ['run.resume', 'run.queue', 'run.delete']],
    ['interrupted', ['run.resume', 'run.queue', 'run.delete']],
    ['finished', ['run.delete']],
  ] as const)('%s', (status, expected) => {
    expect(enabledOf(run(status))).toEqual(expected)
  })

  test('a queued run starts now, moves, leaves the queue or goes', async () => {
    const queued = run('queued', { queuePlace: 2 })
    const moves = ['run.queue-earlier', 'run.queue-later']
    expect(enabledOf(queued)).toEqual(['run.resume', ...moves, 'run.unqueue', 'run.delete'])
    expect(enabledOf(run('queued', { queuePlace: 1 }))).not.toContain('run.queue-earlier')
    const { calls, context: actions } = context()
    for (const { id, run: act } of runActions(queued, actions))
      if (['run.resume', 'run.queue-earlier', 'run.unqueue'].includes(id)) await act()
    expect(calls).toEqual(['runs.resume', 'queue.move', 'runs.stop'])
  })

  test('what was asked for is not asked for twice', () => {
    expect(enabledOf(run('running', { pending: 'pause' }))).toEqual(['run.stop'])
    expect(enabledOf(run('running', { pending: 'stop' }))).toEqual([])
  })

  test('pause and delete call at once, as both can be taken back; stop asks first', async () => {
    const { calls, questions, context: actions } = context()
    await runActions(run('running'), actions)[0]!.run()
    expect(calls).toEqual(['runs.pause'])
    const remove = runActions(run('finished'), actions).find((action) => action.id === 'run.delete')!
    await remove.run()
    expect(calls).toEqual(['runs.pause', 'runs.delete', 'deleted archer-1'])
    const stop = runActions(run('running'), actions).find((action) => action.id === 'run.stop')!
    await stop.run()
    expect(questions[0]!.title).toBe('Stop “archer”?')
    expect(calls).toHaveLength(3)
  })

  test('a run without a checkpoint starts over only after a question; one with a checkpoint goes on at once', async () => {
    const { calls, questions, context: actions } = context()
    const resume = (startsOver: boolean) =>
      runActions(run('interrupted', { startsOver }), actions).find(({ id }) => id === 'run.resume')!
    await resume(false).run()
    expect([resume(false).label, calls]).toEqual(['Resume from the last checkpoint', ['runs.resume']])
    await resume(true).run()
    expect([resume(true).label, calls.length]).toEqual(['Start over: there is no checkpoint', 1])
    questions[0]!.run()
    await Promise.resolve()
    expect(calls).toEqual(['runs.resume', 'runs.resume'])
  })

  test('a run that was taken out of the queue goes back to its place', async () => {
    const { calls, undos, context: actions } = context()
    const unqueue = runActions(run('queued', { queuePlace: 2 }), actions).find(({ id }) => id === 'run.unqueue')!
    await unqueue.run()
    expect(undos.map(({ sentence }) => sentence)).toEqual(['“archer” is taken out of the queue.'])
    await undos[0]!.undo()
    expect(calls).toEqual(['runs.stop', 'queue.add', 'queue.move'])
  })

  test('every run can be cloned, by a key too', async () => {
    const { calls, context: actions } = context()
    const clone = runActions(run('running'), actions).find((action) => action.id === 'run.clone')!
    await clone.run()
    expect([clone.shortcut, clone.enabled, calls]).toEqual(['d', true, ['clone archer-1']])
  })

  test('a refused call is said in its own sentence', async () => {
    const { sentences, context: actions } = context(async () => {
      throw new Error('The run has ended.')
    })
    await runActions(run('running'), actions)[0]!.run()
    expect(sentences).toEqual(['The run has ended.'])
  })
})

test.each(['queued', 'running', 'paused', 'stopped', 'finished'] as const)(
  'everything that can be done with a %s run has a key of its own',
  (status) => {
    const enabled = runActions(run(status), context().context).filter((action) => action.enabled)
    const keys = enabled.map((action) => action.shortcut)
    expect(keys).not.toContain(undefined)
    expect(new Set(keys).size).toBe(keys.length)
  },
)

describe('palette and keys read one list', () => {
  const action = (id: string, label: string, changes: Partial<Action> = {}): Action => ({
    id,
    label,
    section: 'Test',
    enabled: true,
    run: () => {},
    ...changes,
  })

  test('search finds words before scattered letters, and no disabled action', () => {
    const actions = [
      action('a', 'Make the run pause'),
      action('b', 'Pause'),
      action('c', 'Open a usable space'),
      action('d', 'Pause all', { enabled: false }),
    ]
    expect(findActions(actions, 'pause').map((found) => found.id)).toEqual(['b', 'a', 'c'])
    expect(findActions(actions, '').map((found) => found.id)).toEqual(['a', 'b', 'c'])
    expect(matchScore('Resume', 'rsm')).not.toBeNull()
    expect(matchScore('Resume', 'x')).toBeNull()
  })

  test('a key does the first enabled action that has it', () => {
    const actions = [
      action('pause', 'Pause', { shortcut: 'p', enabled: false }),
      action('resume', 'Resume', { shortcut: 'p' }),
      action('other', 'Other', { shortcut: 'p' }),
    ]
    expect(actionOfShortcut(actions).get('p')?.id).toBe('resume')
  })

  test('global shortcuts are distinct and readable', () => {
    const actions = globalActions({
      go: () => {},
      openPalette: () => {},
      openShortcuts: () => {},
      openNotices: () => {},
      change: () => {},
    })
    const shortcuts = actions.flatMap((one) => one.shortcut ?? [])
    expect(new Set(shortcuts).size).toBe(shortcuts.length)
    expect(shortcutLabel('$mod+k', false)).toBe('Ctrl+K')
    expect(shortcutLabel('$mod+Enter', true)).toBe('⌘↩')
    expect(shortcutLabel('g r', false)).toBe('G R')
  })
})

test('the palette leads to every run by its name', () => {
  const went: string[] = []
  const runs = [
    { id: 'archer-1', name: 'archer long', seed: 1, learningRate: 1e-4 },
    { id: 'grpo-2', name: 'grpo short', seed: 1, learningRate: 1e-4 },
  ]
  const [first] = findActions(
    openRunActions(runs, (address) => went.push(address)),
    'grpo sh',
  )
  void first!.run()
  expect(went).toEqual(['/runs/grpo-2'])
})

test('the palette leads to recipes, settings and curves of the shown run', () => {
  const went: string[] = []
  const found = (query: string): void => {
    const more = things({ runs: [], recipes: [], runId: 'archer-1', go: (address) => went.push(address) })
    void findActions(more, query)[0]!.run()
  }
  found('Gradient norm')
  found('update.num_iterations')
  expect(went).toEqual(['/runs/archer-1?find=grad_norm', '/new?field=update.num_iterations'])
  expect(
    things({ runs: [], recipes: [], runId: undefined, go: () => {} }).some(({ id }) => id.startsWith('metric.')),
  ).toBe(false)
})
