/** Counts what runs copy between the host and a device. */
import type { CompiledProgram, CompileOptions, Executor, RunOptions, Tensor } from '../engine/executor.ts'
import { renameState } from '../engine/executors/binding.ts'
import type { Copies } from '../engine/executors/device.ts'
import { nameOf, type Program } from '../engine/graph.ts'

/** Bytes. */
export interface Traffic {
  readonly toDevice: number
  readonly toHost: number
}

export interface CountedExecutor {
  readonly executor: Executor
  /** Bytes copied since the last call. */
  readonly take: () => Traffic
}

/** A tensor that can be released stays on its device. */
const bytesOf = (tensors: readonly Tensor[]) =>
  tensors.reduce((sum, tensor) => sum + (tensor.release ? 0 : tensor.data.byteLength), 0)

/** An executor that counts; `everything` counts the states that a run reads and changes, beside inputs and outputs. */
export function countTraffic(executor: Executor, copies: Exclude<Copies, 'nothing'>): CountedExecutor {
  let toDevice = 0
  let toHost = 0
  const stateBytes = (names: readonly string[], { rename = {} }: RunOptions) =>
    copies === 'everything' ? bytesOf(names.map((name) => executor.readState(renameState(name, rename)))) : 0
  const counted = (compiled: CompiledProgram): CompiledProgram => ({
    ...compiled,
    run: async (inputs, options = {}) => {
      const { states, updates } = compiled.program
      toDevice += bytesOf(compiled.program.inputs.map((value) => inputs[nameOf(value)]!))
      toDevice += stateBytes(states.map(nameOf), options)
      const outputs = await compiled.run(inputs, options)
      toHost += bytesOf(Object.values(outputs))
      toHost += stateBytes(
        updates.filter(({ mode }) => mode !== 'append').map(({ state }) => state),
        options,
      )
      return outputs
    },
  })
  return {
    executor: new Proxy(executor, {
      get: (target, key: keyof Executor) => {
        if (key === 'compile')
          return async (program: Program, options?: CompileOptions) => counted(await target.compile(program, options))
        const member = target[key]
        return typeof member === 'function' ? member.bind(target) : member
      },
    }),
    take: () => {
      const taken = { toDevice, toHost }
      toDevice = 0
      toHost = 0
      return taken
    },
  }
}
