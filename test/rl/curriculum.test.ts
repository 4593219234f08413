import { describe, expect, test } from 'vitest'
import { stageProblems } from '../../src-main/rl/curriculum.ts'
import { ProblemSampler } from '../../src-main/rl/sampler.ts'
import { equalParts } from '../../src-preload/contract/curriculum.ts'

const problems = ['a', 'b', 'c', 'd', 'e']
const entropies = [0.7, 0, 2, 0.7, 0]
const prompts = entropies.map((entropy, position) => ({ entropy, position }))

test('stages rise in entropy; equals keep the order of the dataset; sizes differ by at most one', () => {
  expect(stageProblems(problems, prompts.toReversed(), 2)).toEqual([
    ['b', 'e', 'a'],
    ['d', 'c'],
  ])
  expect(stageProblems(problems, prompts, 5)).toEqual([['b'], ['e'], ['a'], ['d'], ['c']])
  expect(() => stageProblems(problems, prompts, 6)).toThrow('needs as many problems, got 5')
  expect(equalParts([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([
    [1, 2, 3],
    [4, 5],
    [6, 7],
  ])
})

describe('a sampler of stages', () => {
  const sampler = (position = { stage: 0, cursor: 0 }) => new ProblemSampler([problems, ['x', 'y']], 3, position)

  test('draws each problem of a stage once per epoch, in an order of its own', () => {
    const drawn = sampler()
    const epochs = [drawn.draw(5), drawn.draw(5)]
    for (const epoch of epochs) expect(epoch.toSorted()).toEqual(problems)
    expect(epochs[0]).not.toEqual(epochs[1])
    expect(drawn.epochs).toBe(2)
    drawn.enterNextStage()
    expect(drawn.epochs).toBe(0)
    expect(drawn.draw(2).toSorted()).toEqual(['x', 'y'])
  })

  test('goes on from any position as if it had never stopped', () => {
    const whole = sampler()
    whole.draw(7)
    expect(sampler({ stage: 0, cursor: 7 }).draw(6)).toEqual(whole.draw(6))
    whole.enterNextStage()
    whole.draw(1)
    expect(sampler({ stage: 1, cursor: 1 }).draw(4)).toEqual(whole.draw(4))
  })
})
