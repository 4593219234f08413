import { expect, test } from 'vitest'
import { metricSeries } from '../../src-main/store/metrics.ts'
import { addRun, openWorkspace, smallRun, trainToEnd } from '../helpers/training.ts'

test('a run on TensorFlow.js samples and learns what a run on the default device does', async () => {
  const workspace = openWorkspace()
  const sizes = {
    steps: 1,
    rollout: { prompts_per_step: 2, num_generations: 4, max_completion_length: 12 },
    evaluation: { dataset: null },
  }
  for (const device of ['cpu', 'tfjs-cpu'] as const) {
    addRun(workspace, device, smallRun({ ...sizes, device }))
    expect(await trainToEnd(workspace, device)).toMatchObject({ status: 'finished', step: 1 })
  }
  const [cpu, tfjs] = ['cpu', 'tfjs-cpu'].map((id) => metricSeries(workspace.db, { id, afterStep: 0 }).values)
  for (const name of ['reward', 'entropy', 'grad_norm', 'kl']) {
    expect(
      cpu![name]?.every((value) => value !== null),
      name,
    ).toBe(true)
    tfjs![name]!.forEach((value, place) => {
      expect(value, name).toBeCloseTo(cpu![name]![place]!, 3)
    })
  }
})
