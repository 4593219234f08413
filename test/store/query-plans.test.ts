import { expect, onTestFinished, test } from 'vitest'
import { watchedRowsQuery } from '../../src-main/store/alarms.ts'
import { packedNumbersQuery, recordedStepsQuery } from '../../src-main/store/metric-columns.ts'
import { cellsAfterSequenceQuery, cellsAfterStepQuery } from '../../src-main/store/metrics.ts'
import { openStore } from '../../src-main/store/open.ts'
import { groupsOfRunQuery } from '../../src-main/store/paired-prompts.ts'
import { wholeRolloutsQuery } from '../../src-main/store/rollout-export.ts'
import { rolloutTextsQuery } from '../../src-main/store/rollout-texts.ts'
import { rolloutDetailQuery, rolloutStepsQuery, rolloutsOfStepQuery } from '../../src-main/store/rollouts.ts'
import { stepMeansQuery, traceBytesQuery } from '../../src-main/store/run-rates.ts'
import { lastCheckpointQuery, lastGreedyQuery, rewardCurveQuery } from '../../src-main/store/run-rows.ts'
import { queryPlan } from '../../src-main/store/sql.ts'
import { tokenColumnsQuery } from '../../src-main/store/token-entropies.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

const hotQueries = {
  'rewards of a list row': rewardCurveQuery('run', 500),
  'last evaluation of a list row': lastGreedyQuery('run'),
  'last checkpoint of a list row': lastCheckpointQuery('run'),
  'all steps of a run': recordedStepsQuery('run', 9),
  'all metrics of a run': packedNumbersQuery('run', 9),
  'metrics after a step': cellsAfterStepQuery('run', 5),
  'metrics after a sequence number': cellsAfterSequenceQuery('run', 5),
  'steps with rollouts': rolloutStepsQuery('run'),
  'rollouts of a step': rolloutsOfStepQuery('run', 5),
  'one rollout with its trace': rolloutDetailQuery(5),
  'prompts of a run': groupsOfRunQuery('run'),
  'whole responses of a step': wholeRolloutsQuery('run', 5),
  'texts of a run': rolloutTextsQuery('run', 100),
  'tokens of a run': tokenColumnsQuery('run', undefined),
  'last metrics for the watchdog': watchedRowsQuery('run', 'recent'),
  'first metrics for the watchdog': watchedRowsQuery('run', 'start'),
  'step times of a run': stepMeansQuery('run', 5),
  'trace bytes of a run': traceBytesQuery('run', 5),
  'tokens of a step': tokenColumnsQuery('run', 5),
}

test.each(Object.entries(hotQueries))('%s: by index, no table read through', (_, query) => {
  const db = openStore(temporaryFolder(), 'read')
  onTestFinished(() => void db.close())
  const plan = queryPlan(db, query)
  expect(plan).toContain('SEARCH')
  // The rows of a subquery have been searched for; places are a few numbers.
  expect(plan).not.toMatch(/SCAN (?!\(subquery|places|CONSTANT)/)
})

test.each([
  ['rewards of a list row', hotQueries['rewards of a list row']],
  ['all metrics of a run', hotQueries['all metrics of a run']],
  ['metrics after a step', hotQueries['metrics after a step']],
  ['steps with rollouts', hotQueries['steps with rollouts']],
  ['last metrics for the watchdog', hotQueries['last metrics for the watchdog']],
  ['rollouts of a step', hotQueries['rollouts of a step']],
  ['prompts of a run', hotQueries['prompts of a run']],
])('%s: in index order, nothing sorted', (_, query) => {
  const db = openStore(temporaryFolder(), 'read')
  onTestFinished(() => void db.close())
  expect(queryPlan(db, query)).not.toContain('TEMP B-TREE')
})
