/** Elementwise ops as C over scalars. */
import type { DType, Value } from '../../../graph.ts'
import type { Storage } from '../driver.ts'

export const scalarTypes: Readonly<Record<DType, string>> = { float32: 'float', int32: 'int', bool: 'bool' }

export const memoryTypes: Readonly<Record<Storage, string>> = {
  float32: 'float',
  bfloat16: 'unsigned short',
  int32: 'int',
  bool: 'unsigned char',
}

type Write = (operands: readonly string[], value: Value) => string

const infix =
  (sign: string): Write =>
  ([x, y]) =>
    `${x} ${sign} ${y}`
const call =
  (name: string): Write =>
  (operands) =>
    `${name}(${operands.join(', ')})`

/** The winner of a comparison; NaN wins over everything, as in PyTorch. */
const winner =
  (sign: string): Write =>
  ([x, y]) =>
    `(${x} ${sign} ${y} || ${x} != ${x}) ? ${x} : ${y}`

const comparisons = { equal: '==', less: '<', lessOrEqual: '<=', greater: '>' } as const

const casts: Readonly<Record<DType, Write>> = {
  float32: ([x]) => `(float)${x}`,
  int32: ([x]) => `(int)${x}`,
  bool: ([x]) => `${x} != 0`,
}

const writers: Readonly<Record<string, Write>> = {
  add: infix('+'),
  sub: infix('-'),
  mul: infix('*'),
  div: infix('/'),
  pow: ([x, y], { dtype }) => (dtype === 'int32' ? `(int)powf((float)${x}, (float)${y})` : `powf(${x}, ${y})`),
  max: winner('>'),
  min: winner('<'),
  neg: ([x]) => `-${x}`,
  exp: call('expf'),
  log: call('logf'),
  sqrt: call('sqrtf'),
  rsqrt: ([x]) => `1.0f / sqrtf(${x})`,
  abs: ([x], { dtype }) => (dtype === 'int32' ? `${x} < 0 ? -${x} : ${x}` : `fabsf(${x})`),
  sign: ([x], { dtype }) => `(${scalarTypes[dtype]})((${x} > 0) - (${x} < 0))`,
  sigmoid: ([x]) => `1.0f / (1.0f + expf(-${x}))`,
  silu: ([x]) => `${x} / (1.0f + expf(-${x}))`,
  compare: ([x, y], { attrs }) => `${x} ${comparisons[attrs.kind as keyof typeof comparisons]} ${y}`,
  where: ([condition, x, y]) => `${condition} ? ${x} : ${y}`,
  cast: (operands, value) => casts[value.dtype](operands, value),
}

export const isElementwise = ({ op }: Pick<Value, 'op'>): boolean => op.name in writers

/** C for one op over named scalars. */
export function scalarCode(value: Value, operands: readonly string[]): string {
  return writers[value.op.name]!(operands, value)
}

/** A number as C text that reads back as the same float32, int or bool. */
export function literal(number: number, dtype: DType): string {
  if (dtype === 'int32') return number === -(2 ** 31) ? '(-2147483647 - 1)' : String(number)
  if (dtype === 'bool') return number === 0 ? 'false' : 'true'
  if (Number.isNaN(number)) return '__int_as_float(0x7fc00000)'
  if (!Number.isFinite(number)) return `__int_as_float(0x${number > 0 ? '7f8' : 'ff8'}00000)`
  const text = String(Math.fround(number))
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`
}

/** How memory is read as a scalar and written from one; bfloat16 rounds to the nearest, ties to even. */
export const memoryFunctions = `__device__ static inline float fromBfloat16(unsigned short bits) {
  return __uint_as_float((unsigned int)bits << 16);
}
__device__ static inline unsigned short toBfloat16(float x) {
  const unsigned int bits = __float_as_uint(x);
  if (x != x) return 0x7fff;
  return (unsigned short)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}
`

export function loadCode(storage: Storage, place: string): string {
  if (storage === 'bfloat16') return `fromBfloat16(${place})`
  return storage === 'bool' ? `(${place} != 0)` : place
}

export function storeCode(storage: Storage, place: string, scalar: string): string {
  if (storage === 'bfloat16') return `${place} = toBfloat16(${scalar});`
  return storage === 'bool' ? `${place} = ${scalar} ? 1 : 0;` : `${place} = ${scalar};`
}
