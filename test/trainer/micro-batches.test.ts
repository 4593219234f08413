import { expect, test } from 'vitest'
import { metricSeries } from '../../src-main/store/metrics.ts'
import { addRun, openWorkspace, smallRun, trainToEnd } from '../helpers/training.ts'

const workspace = openWorkspace()

async function metricsOf(id: string, method: 'entropy_mask' | 'clip_cov', microTokens: number) {
  const config = smallRun({
    steps: 1,
    method: method === 'clip_cov' ? { name: method, clip_cov_ratio: 0.05, clip_cov_lb: 0.01 } : { name: method },
    update: { num_iterations: 2, mini_batch_prompts: 2, micro_batch_tokens: microTokens },
    evaluation: { dataset: null },
  })
  addRun(workspace, id, config)
  await trainToEnd(workspace, id)
  const { values } = metricSeries(workspace.db, { id, afterStep: 0 })
  const names = ['loss', 'grad_norm', 'frac_reasoning', 'entropy_threshold', 'clip_ratio', 'ratio/mean']
  return [...names, ...(method === 'clip_cov' ? ['covariance/frac_picked'] : [])].map((name) => values[name]![0]!)
}

test.each(['entropy_mask', 'clip_cov'] as const)('%s sees the mini-batch whole, however it is cut', async (method) => {
  const whole = await metricsOf(`${method}-whole`.replace('_', '-'), method, 100_000)
  const cut = await metricsOf(`${method}-cut`.replace('_', '-'), method, 150)
  whole.forEach((value, index) => {
    expect(Math.abs(cut[index]! - value)).toBeLessThan(1e-4 * (1 + Math.abs(value)))
  })
})
