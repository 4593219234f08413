/** Collects ONNX nodes. Equal nodes are made once, so lowerings may ask again for what an earlier one computed. */
import { type Dim, dimTerms, type Shape } from '../../dims.ts'
import type { DType, TensorData } from '../../graph.ts'
import { attributeTypes, type OnnxAttribute, type OnnxNode, type OnnxTensor, onnxTypes } from './onnx-schema.ts'

export type NodeAttributes = Readonly<Record<string, number | string | readonly number[]>>

interface ProductAttributes extends NodeAttributes {
  readonly transA?: number
  readonly transB?: number
  readonly transBatchB?: number
  readonly alpha?: number
}

/** Attributes that ONNX types as float even when the value is whole. */
const floatAttributes = new Set(['alpha', 'beta', 'epsilon'])

export const contrib = 'com.microsoft'

function attributeOf(name: string, value: number | string | readonly number[]): OnnxAttribute {
  if (typeof value === 'string') return { name, type: attributeTypes.string, s: new TextEncoder().encode(value) }
  if (typeof value !== 'number') return { name, type: attributeTypes.ints, ints: value.map(BigInt) }
  return floatAttributes.has(name)
    ? { name, type: attributeTypes.float, f: value }
    : { name, type: attributeTypes.int, i: BigInt(value) }
}

/** Where onnxruntime computes; what a provider has no kernel for runs on the CPU between its own nodes. */
export type OrtProvider = 'cpu' | 'cuda' | 'webgpu' | 'dml'

export class OnnxBuilder {
  readonly provider: OrtProvider
  /** The session will have one thread. */
  readonly serial: boolean
  readonly nodes: OnnxNode[] = []
  readonly initializers: OnnxTensor[] = []
  /** Where a size can be read at run time: name of a graph input and its axis. */
  readonly #sizes = new Map<string, { tensor: string; axis: number }>()
  readonly #memo = new Map<string, string[]>()
  /** What a reshaped tensor was before: a reshape of a reshape reads the source. */
  readonly #reshaped = new Map<string, string>()

  /** Tensors that became graph outputs, and their names there. */
  readonly #outputs = new Map<string, string>()

  constructor(serial: boolean, provider: OrtProvider) {
    this.serial = serial
    this.provider = provider
  }

  declareSize(name: string, tensor: string, axis: number): void {
    if (!this.#sizes.has(name)) this.#sizes.set(name, { tensor, axis })
  }

  /** Adds a node with one output and returns the output's name. */
  node(opType: string, inputs: readonly string[], attributes: NodeAttributes = {}, domain = ''): string {
    return this.nodeWith(1, opType, inputs, attributes, domain)[0]!
  }

  nodeWith(
    outputs: number,
    opType: string,
    inputs: readonly string[],
    attributes: NodeAttributes = {},
    domain = '',
  ): string[] {
    const key = JSON.stringify([opType, inputs, attributes, domain, outputs])
    const known = this.#memo.get(key)
    if (known) return known
    const name = `${opType}_${this.nodes.length}`
    const output = Array.from({ length: outputs }, (_, index) => (outputs === 1 ? name : `${name}_${index}`))
    this.nodes.push({
      name,
      opType,
      domain,
      input: [...inputs],
      output,
      attribute: Object.entries(attributes).map(([key, value]) => attributeOf(key, value)),
    })
    this.#memo.set(key, output)
    return output
  }

  constant(data: TensorData | BigInt64Array, shape: readonly number[], dtype: DType | 'int64'): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const key = `constant ${dtype} [${shape}] ${bytes.length <= 64 ? bytes.join() : this.initializers.length}`
    const known = this.#memo.get(key)
    if (known) return known[0]!
    const name = `constant_${this.initializers.length}`
    this.initializers.push({ name, dataType: onnxTypes[dtype], dims: shape.map(BigInt), rawData: bytes.slice() })
    this.#memo.set(key, [name])
    return name
  }

  float(value: number): string {
    return this.constant(new Float32Array([value]), [], 'float32')
  }

  /** A constant int64 vector: axes, shapes, bounds. */
  ints(values: readonly number[]): string {
    return this.constant(new BigInt64Array(values.map(BigInt)), [values.length], 'int64')
  }

  /** A size as an int64 vector of one element. */
  dim(dim: Dim): string {
    if (typeof dim === 'number') return this.ints([dim])
    const terms = dimTerms(dim).map(({ coefficient, names }) =>
      [
        ...names.map((name) => this.#size(name)),
        ...(coefficient === 1 && names.length > 0 ? [] : [this.ints([coefficient])]),
      ].reduce((left, right) => this.node('Mul', [left, right])),
    )
    return terms.reduce((left, right) => this.node('Add', [left, right]))
  }

  #size(name: string): string {
    const source = this.#sizes.get(name)
    if (!source) throw new Error(`No input or state of the program has "${name}" as an axis of its own.`)
    return this.node('Shape', [source.tensor], { start: source.axis, end: source.axis + 1 })
  }

  /** A shape as an int64 vector, computed at run time where it is symbolic. */
  shape(dims: Shape): string {
    const numbers = dims.filter((dim) => typeof dim === 'number')
    if (numbers.length === dims.length) return this.ints(numbers)
    return this.node(
      'Concat',
      dims.map((dim) => this.dim(dim)),
      { axis: 0 },
    )
  }

  /** Reshape; a single symbolic dim is left to the runtime to infer. */
  reshape(x: string, dims: Shape): string {
    const source = this.#reshaped.get(x) ?? x
    const symbolic = dims.filter((dim) => typeof dim === 'string').length
    const result =
      symbolic <= 1 && !dims.includes(0)
        ? this.node('Reshape', [source, this.ints(dims.map((dim) => (typeof dim === 'string' ? -1 : dim)))])
        : this.node('Reshape', [source, this.shape(dims)], { allowzero: 1 })
    this.#reshaped.set(result, source)
    return result
  }

  /** Makes a tensor a graph output under a given name, without a copy where a node of its own computes it. */
  output(tensor: string, name: string): void {
    const renamed = this.#outputs.get(tensor)
    const producer = this.nodes.find(({ output }) => output.includes(tensor))
    if (renamed || !producer) {
      const source = renamed ?? tensor
      this.nodes.push({ name, opType: 'Identity', domain: '', input: [source], output: [name], attribute: [] })
      return
    }
    this.#outputs.set(tensor, name)
    producer.output = producer.output.map((other) => (other === tensor ? name : other))
    for (const node of this.nodes) node.input = node.input.map((other) => (other === tensor ? name : other))
  }

  transpose(x: string, perm: readonly number[]): string {
    return this.node('Transpose', [x], { perm })
  }

  slice(x: string, axis: number, start: Dim, end: Dim): string {
    return this.node('Slice', [x, this.dim(start), this.dim(end), this.ints([axis])])
  }

  reduceSum(x: string, axes: readonly number[], keepDims: boolean): string {
    return this.node('ReduceSum', [x, this.ints(axes)], { keepdims: keepDims ? 1 : 0 })
  }

  /** Product over the last two axes of operands of the given ranks, which matter to providers without the fused form. */
  matmul(a: string, b: string, attributes: ProductAttributes = {}, ranks: readonly [number, number] = [2, 2]): string {
    if (this.provider !== 'webgpu') return this.node('FusedMatMul', [a, b], attributes, contrib)
    const { transA, transB, alpha = 1, transBatchB } = attributes
    if (transBatchB) throw new Error('The WebGPU provider has no product over transposed batches; expand the op.')
    const product = this.node('MatMul', [
      transA ? this.#swapLast(a, ranks[0]) : a,
      transB ? this.#swapLast(b, ranks[1]) : b,
    ])
    return alpha === 1 ? product : this.node('Mul', [product, this.float(alpha)])
  }

  #swapLast(x: string, rank: number): string {
    return this.transpose(x, [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2])
  }

  /** Over the last axis. */
  logSoftmax(x: string): string {
    if (this.provider !== 'webgpu') return this.node('LogSoftmax', [x], { axis: -1 })
    const shifted = this.node('Sub', [x, this.node('ReduceMax', [x, this.ints([-1])], { keepdims: 1 })])
    return this.node('Sub', [shifted, this.node('Log', [this.reduceSum(this.node('Exp', [shifted]), [-1], true)])])
  }

  castTo(x: string, dtype: DType | 'int64'): string {
    return this.node('Cast', [x], { to: onnxTypes[dtype] })
  }
}
