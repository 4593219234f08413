/** Pieces of kernel text that generated kernels share. */
import { createHash } from 'node:crypto'
import type { DType, Value } from '../../../graph.ts'
import type { Argument, Storage } from '../driver.ts'
import { constantNumber } from '../expand.ts'
import type { Kernel, ParameterKind } from '../kernel.ts'
import { literal, loadCode, memoryFunctions, memoryTypes, scalarCode, scalarTypes } from './scalar.ts'

/** Parameters of a kernel as they are declared, with the numbers that a launch passes. */
export class Parameters {
  readonly #declarations: string[] = []
  readonly kinds: ParameterKind[] = []
  readonly given: Argument[] = []

  number(name: string, value: number, wide: boolean): string {
    this.#add(`const ${wide ? 'long long' : 'int'} ${name}`, wide ? 'int64' : 'int32', value)
    return name
  }

  /** Addresses are given when the launch is put on its stream. */
  pointer(name: string, storage: Storage, access: 'read' | 'write'): string {
    const type = memoryTypes[storage]
    this.#declarations.push(access === 'read' ? `const ${type}* ${name}` : `${type}* ${name}`)
    this.kinds.push('pointer')
    return name
  }

  #add(declaration: string, kind: ParameterKind, value: number): void {
    this.#declarations.push(declaration)
    this.kinds.push(kind)
    this.given.push(value)
  }

  get text(): string {
    return this.#declarations.join(', ')
  }
}

/** A kernel named after its own text, so that two of one name are one. `body` is what stands between the braces. */
export function kernelOf(kind: string, parameters: Parameters, body: string): Kernel {
  const functions = body.includes('Bfloat16(') ? memoryFunctions : ''
  const hash = createHash('sha256').update(`${parameters.text}\n${body}`).digest('hex').slice(0, 16)
  const name = `${kind}_${hash}`
  const source = `${functions}extern "C" __global__ void ${name}(${parameters.text}) {\n${body}}\n`
  return { name, source, parameters: parameters.kinds }
}

/** How an operand is walked: an entry per axis of the iteration. */
export interface Walk {
  readonly name: string
  readonly strides: readonly number[]
}

/** Text of an operand's place from coordinates: strides of 0 and 1 are written out, others become parameters. */
export function placeOf(
  { name, strides }: Walk,
  axis: (index: number) => string,
  parameters: Parameters,
  wide: boolean,
) {
  const terms = strides.flatMap((stride, index) => {
    if (stride === 0) return []
    return stride === 1 ? [axis(index)] : [`${axis(index)} * ${parameters.number(`${name}s${index}`, stride, wide)}`]
  })
  return terms.length === 0 ? '0' : terms.join(' + ')
}

/** Coordinates of a linear index: `${prefix}0`, … of the given sizes, the last axis fastest. */
export function coordinates(
  index: string,
  prefix: string,
  sizes: readonly number[],
  parameters: Parameters,
  wide: boolean,
): string {
  const type = wide ? 'long long' : 'int'
  if (sizes.length === 1) return `const ${type} ${prefix}0 = ${index};\n`
  let text = `${type} ${prefix}rest = ${index};\n`
  for (let axis = sizes.length - 1; axis > 0; axis--) {
    const size = parameters.number(`${prefix}n${axis}`, sizes[axis]!, wide)
    text += `const ${type} ${prefix}${axis} = ${prefix}rest % ${size};\n${prefix}rest /= ${size};\n`
  }
  return sizes.length === 0 ? '' : `${text}const ${type} ${prefix}0 = ${prefix}rest;\n`
}

export interface Operand {
  readonly value: Value
  readonly storage: Storage
  /** Text of its pointer, and of the place that this iteration reads. */
  readonly pointer: string
  readonly place: string
}

const variable = (type: DType, name: string, code: string) => `const ${scalarTypes[type]} ${name} = ${code};\n`

/** Statements that load operands and compute members in order, and the name of each member's scalar. */
export function scalarStatements(
  members: readonly Value[],
  operands: readonly Operand[],
): { text: string; nameOf: (value: Value) => string } {
  const names = new Map<Value, string>()
  let text = ''
  for (const [index, { value, storage, pointer, place }] of operands.entries()) {
    const name = `x${index}`
    names.set(value, name)
    text += variable(value.dtype, name, loadCode(storage, `${pointer}[${place}]`))
  }
  const nameOf = (value: Value): string => {
    const number = constantNumber(value)
    return names.get(value) ?? literal(number!, value.dtype)
  }
  for (const [index, value] of members.entries()) {
    const name = `v${index}`
    text += variable(value.dtype, name, scalarCode(value, value.inputs.map(nameOf)))
    names.set(value, name)
  }
  return { text, nameOf }
}
