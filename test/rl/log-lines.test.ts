import { expect, test } from 'vitest'
import { evaluationLine, startLines, stepLine } from '../../src-main/rl/log-lines.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { metricNames } from '../../src-preload/contract/metrics.ts'

test('the start says with what is trained', () => {
  const config = runConfigSchema.parse({ model: '/models/Qwen3-4B', seed: 7, rollout: { num_generations: 12 } })
  const text = startLines(config, '1.2.3').join('\n')
  for (const part of ['quiver 1.2.3', '/models/Qwen3-4B', 'seed 7', '× 12 responses', 'held out nothing'])
    expect(text).toContain(part)
  expect(text).not.toMatch(/undefined|null|NaN/)
})

test('a step is one line of its main numbers under their names; what was not recorded is left out', () => {
  const line = stepLine({ 'timing_s/step': 1.23456, reward: 0.5, 'entropy/p5': 3, kl: 0.0000123456 })
  expect(line).toBe('reward 0.5  kl 0.00001235  timing_s/step 1.235')
  const everything = stepLine(Object.fromEntries(metricNames.map((name) => [name, 1])))
  expect(everything.split('  ')).toHaveLength(10)
})

test('an evaluation is all its numbers but the standard errors', () => {
  expect(evaluationLine({ 'eval/avg': 0.25, 'eval/avg/stderr': 0.1, 'eval/pass@8': 0.5 })).toBe(
    'eval/avg 0.25  eval/pass@8 0.5',
  )
})
