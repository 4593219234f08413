/** Kernels of many programs compiled in one go: the compiler's start costs most of it. */
import { bindLeaves } from '../../../src-main/engine/executors/binding.ts'
import type { Kernel } from '../../../src-main/engine/executors/cuda/kernel.ts'
import { planned } from '../../../src-main/engine/executors/cuda/planning.ts'
import { nameOf, type Program } from '../../../src-main/engine/graph.ts'

/** Kernels of a program whose leaves have the given shapes. */
export function kernelsOf(program: Program, shapes: Readonly<Record<string, readonly number[]>>): Kernel[] {
  const sizes = new Map<string, number>()
  const leaves = [...program.inputs, ...program.states].map((value) => {
    const name = nameOf(value)
    return { what: name, value, shape: shapes[name]!, dtype: value.dtype }
  })
  bindLeaves(leaves, sizes)
  const { commands } = planned(program, {
    sizes,
    storageOf: (_, __, dtype) => dtype,
    tf32: false,
    rounded: false,
    growing: false,
    capacities: new Map<string, number>(),
    multiprocessors: 4,
  })
  return commands.flatMap(({ kernel }) => (kernel ? [kernel] : []))
}
