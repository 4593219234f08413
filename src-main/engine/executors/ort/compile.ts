/** A program as ONNX bytes. */
import type { Shape } from '../../dims.ts'
import {
  type DType,
  inputOp,
  nameOf,
  type Program,
  partOp,
  stateOp,
  topologicalOrder,
  type Value,
} from '../../graph.ts'
import { OnnxBuilder, type OrtProvider } from './builder.ts'
import { lowerings } from './lowering.ts'
import { encodeModel, externalLocation, type OnnxTensor, type OnnxValueInfo, onnxTypes } from './onnx-schema.ts'

const bareName = /^[A-Za-z]\w*$/

function valueInfo(name: string, shape: Shape, dtype: DType): OnnxValueInfo {
  const dim = shape.map((size) =>
    typeof size === 'number' ? { dimValue: BigInt(size) } : bareName.test(size) ? { dimParam: size } : {},
  )
  return { name, type: { tensorType: { elemType: onnxTypes[dtype], shape: { dim } } } }
}

export const inputName = (name: string) => `input/${name}`
export const stateName = (name: string) => `state/${name}`
export const outputName = (name: string) => `output/${name}`
export const updateName = (name: string) => `update/${name}`

/** Leaves are found by name: two values that declare one input are one tensor. */
function leafName(value: Value): string | undefined {
  if (value.op === inputOp) return inputName(nameOf(value))
  if (value.op === stateOp) return stateName(nameOf(value))
  return undefined
}

type Environment = Map<Value, readonly string[]>

/**
 * Ops that go through their expansion on a provider. WebGPU leaves the inverse norm unwritten that the normalisation's
 * backward reads, and has no product over transposed batches, so that attention would go to the CPU and back in every layer.
 */
const expanded: Partial<Record<OrtProvider, readonly string[]>> = {
  webgpu: ['rmsNormGrad', 'attention', 'attentionGrad', 'cachedAttention'],
}

function lower(onnx: OnnxBuilder, root: Value, known: Environment): readonly string[] {
  for (const value of topologicalOrder([root])) {
    if (known.has(value)) continue
    known.set(value, lowerOne(onnx, value, known))
  }
  return known.get(root)!
}

function lowerOne(onnx: OnnxBuilder, value: Value, known: Environment): readonly string[] {
  const leaf = leafName(value)
  if (leaf) return [leaf]
  if (value.op === partOp) return [known.get(value.inputs[0]!)![value.attrs.index as number]!]
  const lowering = expanded[onnx.provider]?.includes(value.op.name) ? undefined : lowerings[value.op.name]
  if (lowering)
    return lowering(
      onnx,
      value,
      value.inputs.map((source) => known.get(source)![0]!),
    )
  if (!value.op.expand) throw new Error(`The ort executor has no lowering for "${value.op.name}".`)
  return value.op.expand(value).map((result) => lower(onnx, result, known)[0]!)
}

/**
 * Whether scattering is all a program does. onnxruntime's ScatterND is its fast addition of rows, but adds from several
 * threads without a lock: a session of one thread may use it.
 */
export function isSerial(program: Program): boolean {
  const roots = [...Object.values(program.outputs), ...program.updates.map(({ value }) => value)]
  const computing = topologicalOrder(roots).filter(({ inputs }) => inputs.length > 0)
  return computing.every(({ op }) => op.name === 'scatterAdd')
}

/** A state as an initializer whose content is given beside the model, under the state's name. */
function frozenTensor(value: Value): OnnxTensor {
  const name = leafName(value)!
  const dims = value.shape.map((size) => BigInt(size))
  const externalData = [{ key: 'location', value: name }]
  return { name, dataType: onnxTypes[value.dtype], dims, externalData, dataLocation: externalLocation }
}

/**
 * Serialises a program for a provider; graph inputs are `input/…` and `state/…`, outputs `output/…` and `update/…`.
 * `frozen` are states whose content lies beside the model instead of being fed.
 */
export function compileToOnnx(
  program: Program,
  provider: OrtProvider = 'cpu',
  frozen: readonly Value[] = [],
): Uint8Array {
  const onnx = new OnnxBuilder(isSerial(program), provider)
  const leaves = [...program.inputs, ...program.states]
  const input = leaves.map((value) => valueInfo(leafName(value)!, value.shape, value.dtype))
  for (const value of leaves) {
    value.shape.forEach((size, axis) => {
      if (typeof size === 'string' && bareName.test(size)) onnx.declareSize(size, leafName(value)!, axis)
    })
  }
  const known: Environment = new Map()
  const results: { name: string; tensor: string; value: Value }[] = []
  for (const [name, value] of Object.entries(program.outputs)) {
    results.push({ name: outputName(name), tensor: lower(onnx, value, known)[0]!, value })
  }
  for (const { state, value, mode } of program.updates) {
    const tensor = lower(onnx, value, known)[0]!
    const sum = mode === 'accumulate' ? onnx.node('Add', [stateName(state), tensor]) : tensor
    results.push({ name: updateName(state), tensor: sum, value })
  }
  const output = results.map(({ name, tensor, value }) => {
    onnx.output(tensor, name)
    return valueInfo(name, value.shape, value.dtype)
  })
  return encodeModel({
    irVersion: 10n,
    producerName: 'quiver',
    opsetImport: [
      { domain: '', version: 21n },
      { domain: 'com.microsoft', version: 1n },
    ],
    graph: {
      name: program.name,
      node: onnx.nodes,
      initializer: [...onnx.initializers, ...frozen.map(frozenTensor)],
      input,
      output,
    },
  })
}
