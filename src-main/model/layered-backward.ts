import { releaseTensors, type Tensor } from '../engine/executor.ts'
import { nameOf } from '../engine/graph.ts'
import { keysInput } from './dropout.ts'
import {
  entering,
  headBackwardProgram,
  layerBackwardProgram,
  layerRenaming,
  layerSignature,
} from './layered-programs.ts'
import type { PassContext, PendingPiece } from './token-passes.ts'

/** One layer's backward program, shared by all layers that differ in their number only. */
async function layerProgram({ config, parameters, programs }: PassContext, blocks: number, index: number) {
  const own = layerBackwardProgram(config, blocks, parameters, index)
  const compiled = await programs(`layerBackward ${layerSignature(own, index)}`, () => own)
  const builtFor = compiled.program.states
    .map((state) => /\bmodel\.layers\.(\d+)\./.exec(nameOf(state))?.[1])
    .find((number) => number !== undefined)
  return { compiled, builtFor: Number(builtFor), rename: layerRenaming(compiled.program, Number(builtFor), index) }
}

/** The backward pass from the head to the embedded rows, one layer at a time; returns the gradient of the latter. */
export async function backwardLayers(
  context: PassContext,
  { inputs, residuals, shape }: PendingPiece,
  cotangents: Readonly<Record<string, Tensor>>,
): Promise<Tensor> {
  const { config, parameters, programs, checkpoint } = context
  const withEntropies = cotangents.dEntropies !== undefined
  const head = await programs(`headBackward ${shape.chunks} ${shape.referenceKl} ${withEntropies}`, () =>
    headBackwardProgram(config, shape, parameters, withEntropies),
  )
  const last = residuals[entering(config.layerCount)]!
  let { dHidden } = await head.run({ ...inputs, ...residuals, ...cotangents, hidden: last })
  for (let index = config.layerCount - 1; index >= 0; index--) {
    await checkpoint()
    const { compiled, builtFor, rename } = await layerProgram(context, shape.blocks, index)
    const entered = residuals[entering(index)]!
    const keys = inputs[keysInput(index)]
    const own = keys ? { [keysInput(builtFor)]: keys } : {}
    const results = await compiled.run({ ...inputs, ...own, hidden: entered, dLeaving: dHidden! }, { rename })
    releaseTensors([entered, dHidden!])
    dHidden = results.dHidden
  }
  return dHidden!
}
