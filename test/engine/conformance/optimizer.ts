/** AdamW and the clip as programs over state, against the same steps on numbers. */
import { describe, expect, test } from 'vitest'
import type { Executor } from '../../../src-main/engine/executor.ts'
import { adamwInputs, adamwProgram, clipFactor, gradientNormProgram } from '../../../src-main/engine/optim.ts'
import { expectClose } from '../../helpers/close.ts'
import { adamwOf } from '../../helpers/reference/closed-forms.ts'
import { countOf } from '../../helpers/reference/nd.ts'
import { type MakeExecutor, normals } from './entry.ts'

const parameters = [
  { name: 'layer.weight', shape: [3, 2] },
  { name: 'layer.bias', shape: [2] },
  // Longer than one piece of an executor that works piece by piece.
  { name: 'embedding.weight', shape: [640, 512] },
]
const groups = { weights: 'policy', gradients: 'gradient', moments: ['exp_avg', 'exp_avg_sq'] } as const
const settings = { learningRate: 0.02, betas: [0.9, 0.95], eps: 1e-6, weightDecay: 0.1 } as const

async function normOf(executor: Executor): Promise<number> {
  const compiled = await executor.compile(gradientNormProgram(parameters, groups))
  const { norm } = await compiled.run({})
  await compiled.release()
  return norm!.data[0]!
}

const seedOf = (step: number, name: string) => 300 + 10 * step + name.length

/** Optimizer programs on any executor. */
export function optimizerConformance(name: string, make: MakeExecutor): void {
  describe(`${name}: optimizer`, () => {
    test('three clipped steps are those of the formula, from one compiled program', async () => {
      const executor = await make()
      const compiled = await executor.compile(adamwProgram(parameters, groups))
      const expected = parameters.map(({ name, shape }) => {
        const data = normals(shape, seedOf(0, name)).data as Float32Array
        executor.createState(`policy/${name}`, { shape, data: data.slice() })
        for (const moment of groups.moments) executor.createState(`${moment}/${name}`, { shape })
        return Array.from(data, (parameter) => ({ parameter, first: 0, second: 0 }))
      })
      for (const step of [1, 2, 3]) {
        const gradients = parameters.map(({ name, shape }) => normals(shape, seedOf(step, name), step))
        for (const [place, { name }] of parameters.entries())
          executor.createState(`gradient/${name}`, gradients[place]!)
        const exact = Math.sqrt(gradients.flatMap(({ data }) => [...data]).reduce((sum, each) => sum + each * each, 0))
        const norm = await normOf(executor)
        expectClose('norm', [norm], [exact], 5e-6)
        const gradientScale = clipFactor(norm, 1)
        expect(gradientScale).toBeLessThan(1)
        await compiled.run(adamwInputs({ ...settings, step, gradientScale }))
        for (const [place, numbers] of expected.entries()) {
          const data = gradients[place]!.data
          expected[place] = numbers.map((each, i) => adamwOf(each, data[i]! * gradientScale, settings, step))
        }
      }
      for (const [place, { name }] of parameters.entries()) {
        const read = (group: string) => executor.readState(`${group}/${name}`).data
        const column = (key: 'parameter' | 'first' | 'second') => expected[place]!.map((each) => each[key])
        expectClose(`weights of ${name}`, read('policy'), column('parameter'), 2e-6)
        expectClose(`first moments of ${name}`, read('exp_avg'), column('first'), 2e-6)
        expectClose(`second moments of ${name}`, read('exp_avg_sq'), column('second'), 2e-6)
      }
      await executor.dispose()
    })

    test.each([
      ['NaN', Number.NaN],
      ['infinite', Number.POSITIVE_INFINITY],
      ['overflowing', 3e38],
    ])('the norm of an %s gradient is not finite', async (_, bad) => {
      const executor = await make()
      for (const { name, shape } of parameters) {
        const data = new Float32Array(countOf(shape))
        if (name === 'layer.bias') data[1] = bad
        executor.createState(`gradient/${name}`, { shape, data })
      }
      expect(Number.isFinite(await normOf(executor))).toBe(false)
      await executor.dispose()
    })

    test('the norm of no gradient is 0, and its clip leaves it alone', async () => {
      const executor = await make()
      for (const { name, shape } of parameters) executor.createState(`gradient/${name}`, { shape })
      expect(await normOf(executor)).toBe(0)
      expect(clipFactor(0, 1)).toBe(1)
      await executor.dispose()
    })
  })
}
