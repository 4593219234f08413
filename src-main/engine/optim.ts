/** Optimizer steps as programs over state: `<group>/<parameter>`. */
import type { Shape } from './dims.ts'
import { input, type Program, program, state, type Update } from './graph.ts'
import { sqrt } from './ops/elementwise.ts'
import { type AdamwScalars, adamw } from './ops/optimizer.ts'
import { addAll, sumOfSquares } from './ops/reduce.ts'

export interface Parameter {
  readonly name: string
  readonly shape: Shape
}

/** State groups that a step reads and writes. */
export interface OptimizerGroups {
  readonly weights: string
  readonly gradients: string
  /** First and second moments. */
  readonly moments: readonly [string, string]
}

/** Output `norm` []: the Euclidean norm of all gradients together. */
export function gradientNormProgram(parameters: readonly Parameter[], groups: OptimizerGroups): Program {
  const squares = parameters.map(({ name, shape }) => sumOfSquares(state(`${groups.gradients}/${name}`, shape)))
  return program('gradientNorm', { norm: sqrt(addAll(squares)) })
}

const scalarNames = [
  'learningRate',
  'beta1',
  'beta2',
  'eps',
  'weightDecay',
  'biasCorrection1',
  'biasCorrection2',
  'gradientScale',
] as const satisfies readonly (keyof AdamwScalars)[]

/** AdamW over all parameters; inputs are the scalars of `adamwInputs`. */
export function adamwProgram(parameters: readonly Parameter[], groups: OptimizerGroups): Program {
  const scalars = Object.fromEntries(scalarNames.map((name) => [name, input(name, [])])) as unknown as AdamwScalars
  const [firstGroup, secondGroup] = groups.moments
  const updates = parameters.flatMap(({ name, shape }): Update[] => {
    const of = (group: string) => state(`${group}/${name}`, shape)
    const next = adamw(of(groups.weights), of(groups.gradients), of(firstGroup), of(secondGroup), scalars)
    return [
      { state: `${groups.weights}/${name}`, value: next.parameter, mode: 'replace' },
      { state: `${firstGroup}/${name}`, value: next.first, mode: 'replace' },
      { state: `${secondGroup}/${name}`, value: next.second, mode: 'replace' },
    ]
  })
  return program('adamw', {}, updates)
}

export interface AdamwStep {
  readonly learningRate: number
  readonly betas: readonly [number, number]
  readonly eps: number
  readonly weightDecay: number
  /** 1 at the first step. */
  readonly step: number
  /** Factor on every gradient: the clip. */
  readonly gradientScale: number
}

/** Inputs of `adamwProgram` for one step. */
export function adamwInputs(step: AdamwStep): Record<(typeof scalarNames)[number], { shape: []; data: Float32Array }> {
  const [beta1, beta2] = step.betas
  const numbers = {
    learningRate: step.learningRate,
    beta1,
    beta2,
    eps: step.eps,
    weightDecay: step.weightDecay,
    biasCorrection1: 1 - beta1 ** step.step,
    biasCorrection2: 1 - beta2 ** step.step,
    gradientScale: step.gradientScale,
  }
  const tensors = scalarNames.map((name) => [name, { shape: [], data: new Float32Array([numbers[name]]) }])
  return Object.fromEntries(tensors) as ReturnType<typeof adamwInputs>
}

/** The factor that brings a gradient of norm `norm` to at most `maxNorm` (PyTorch's `clip_grad_norm_`). */
export function clipFactor(norm: number, maxNorm: number): number {
  return Math.min(1, maxNorm / (norm + 1e-6))
}
