/** An entry of the table made into graphs: outputs, cotangents and gradients. */
import { gradients } from '../../../src-main/engine/autodiff.ts'
import { bindShape, evaluateDim } from '../../../src-main/engine/dims.ts'
import type { Tensor } from '../../../src-main/engine/executor.ts'
import { input, state, topologicalOrder, type Value } from '../../../src-main/engine/graph.ts'
import { evaluate, type Feeds } from '../../helpers/reference/evaluate.ts'
import { type Entry, flatten, type Golden, normals } from './entry.ts'

export interface Case {
  readonly entry: Entry
  readonly leaves: Readonly<Record<string, Value>>
  readonly outputs: readonly Value[]
  /** Everything fed: leaves, and one cotangent per output that is differentiated. */
  readonly feeds: Readonly<Record<string, Tensor>>
  readonly cotangents: readonly Float32Array[]
  /** Gradient graphs by leaf; undefined where none flows. */
  readonly gradients: Readonly<Record<string, Value | undefined>>
  /** Golden gradients are of the plain sum, so their cotangents are ones. */
  readonly goldenGradients: Readonly<Record<string, Golden>> | undefined
}

export function caseOf(entry: Entry): Case {
  const leaves = Object.fromEntries(
    Object.entries(entry.leaves).map(([name, { kind, declared, data }]) => {
      const dtype = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool'
      return [name, kind === 'state' ? state(name, declared, dtype) : input(name, declared, dtype)]
    }),
  )
  const built = entry.build(leaves)
  const outputs = 'op' in built ? [built] : built
  const floating = outputs.filter(({ dtype }) => dtype === 'float32')
  const plain = entry.expected.gradients !== undefined
  const shapes = evaluate(floating, entry.leaves).map(({ shape }) => shape)
  const tensors = shapes.map((shape, index): Tensor => {
    const { data } = normals(shape, 1000 + index)
    return { shape, data: plain ? (data as Float32Array).fill(1) : data }
  })
  const names = tensors.map((_, index) => `cotangent${index}`)
  const cotangents = floating.map((output, index) => input(names[index]!, output.shape))
  const wrt = entry.expected.wrt ?? Object.keys(leaves).filter((name) => leaves[name]!.dtype === 'float32')
  const results =
    wrt.length === 0
      ? []
      : gradients(
          floating,
          cotangents,
          wrt.map((name) => leaves[name]!),
        )
  return {
    entry,
    leaves,
    outputs,
    feeds: { ...entry.leaves, ...Object.fromEntries(tensors.map((tensor, index) => [names[index], tensor])) },
    cotangents: tensors.map(({ data }) => data as Float32Array),
    gradients: Object.fromEntries(wrt.map((name, index) => [name, results[index]])),
    goldenGradients: entry.expected.gradients,
  }
}

/** Float32 outputs, the ones a cotangent belongs to. */
export const floatingOutputs = ({ outputs }: Case): Value[] => outputs.filter(({ dtype }) => dtype === 'float32')

/** Golden outputs where the entry has them, else its closed form, else the float64 evaluation. */
export function expectedOutputs({ entry, outputs, feeds }: Case): readonly ArrayLike<number>[] {
  const { outputs: golden, closedForm } = entry.expected
  if (golden) return golden.map(flatten)
  if (!closedForm) return evaluate(outputs, feeds as Feeds).map(({ data }) => data)
  return closedForm(Object.fromEntries(Object.entries(entry.leaves).map(([name, { data }]) => [name, [...data]])))
}

/** Whether an entry, its gradients included, has a tensor without elements anywhere. */
export function computesWithNothing(entry: Entry): boolean {
  const { outputs, gradients, leaves } = caseOf(entry)
  const sizes = new Map<string, number>()
  for (const [name, { shape }] of Object.entries(entry.leaves)) bindShape(name, leaves[name]!.shape, shape, sizes)
  const reached = [...outputs, ...Object.values(gradients).filter((value) => value !== undefined)]
  return topologicalOrder(reached).some((value) =>
    (value.parts ?? [value]).some(({ shape }) => shape.some((dim) => evaluateDim(dim, sizes) === 0)),
  )
}
