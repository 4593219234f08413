import { isArray, JsonObject, type JsonValue, readJson } from './json.ts'

/** A returned value as the harness wrote it (codec.py): `objects` are named by index. */
export interface ReturnedValue {
  readonly value: JsonValue
  readonly objects: readonly JsonValue[]
}

/** Reads the answer of a function call. @throws SyntaxError, RangeError, TypeError when it is not one. */
export function readReturned(text: string): ReturnedValue {
  const message = readJson(text)
  if (!(message instanceof JsonObject)) throw new TypeError('no object')
  const [values, objects] = [message.get('values'), message.get('objects')]
  if (!isArray(values) || values.length !== 1 || !isArray(objects)) throw new TypeError('no values')
  return { value: values[0]!, objects }
}

/**
 * Python's `==` between a result and the expected JSON value; a tuple as the whole result counts as a list
 * (LiveCodeBench's rule).
 */
export function equalsExpected({ value, objects }: ReturnedValue, expected: JsonValue): boolean {
  return new Comparison(objects, { tuples: false, wholeKeys: false }).same(value, expected, true)
}

/**
 * The rule of APPS and TACO: the expected value, or the first element of an expected list; tuples count as lists, whole
 * numbers as the texts that stand for them in object keys.
 */
export function equalsWrapped({ value, objects }: ReturnedValue, expected: JsonValue): boolean {
  const comparison = new Comparison(objects, { tuples: true, wholeKeys: true })
  if (comparison.same(value, expected, true)) return true
  return isArray(expected) && expected.length > 0 && comparison.same(value, expected[0]!, true)
}

interface Leniency {
  /** Tuples count as lists at every depth. */
  readonly tuples: boolean
  readonly wholeKeys: boolean
}

/** Follows the expected value, which is finite; a result that refers to itself cannot lead it astray. */
class Comparison {
  readonly #objects: readonly JsonValue[]
  readonly #leniency: Leniency

  constructor(objects: readonly JsonValue[], leniency: Leniency) {
    this.#objects = objects
    this.#leniency = leniency
  }

  same(got: JsonValue, expected: JsonValue, top = false): boolean {
    if (got instanceof JsonObject) {
      const float = got.get('f')
      if (typeof float === 'string') return sameNumber(pythonFloat(float), number(expected))
      const index = got.get('o')
      return typeof index === 'bigint' && this.#sameObject(this.#objects[Number(index)], expected, top)
    }
    const [a, b] = [number(got), number(expected)]
    if (a !== null || b !== null) return sameNumber(a, b)
    return got === expected
  }

  #sameObject(object: JsonValue | undefined, expected: JsonValue, top: boolean): boolean {
    if (!isArray(object) || !isArray(object[1])) return false
    const [kind, parts] = object as readonly [JsonValue, readonly JsonValue[]]
    const list = kind === 'list' || (kind === 'tuple' && (top || this.#leniency.tuples))
    if (isArray(expected))
      return list && parts.length === expected.length && parts.every((part, index) => this.same(part, expected[index]!))
    return kind === 'dict' && expected instanceof JsonObject && this.#sameEntries(parts, expected)
  }

  #sameEntries(pairs: readonly JsonValue[], expected: JsonObject): boolean {
    if (pairs.length !== expected.entries.size) return false
    return pairs.every((pair) => {
      if (!isArray(pair)) return false
      const [key, value] = pair
      const name = typeof key === 'bigint' && this.#leniency.wholeKeys ? key.toString() : key
      const wanted = typeof name === 'string' ? expected.get(name) : undefined
      return wanted !== undefined && this.same(value!, wanted)
    })
  }
}

/** The number a value is to Python: True and False are 1 and 0. */
function number(value: JsonValue): bigint | number | null {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'bigint' || typeof value === 'number' ? value : null
}

/** Exact: a whole number and a float are equal when the float is that number. Loose equality of JavaScript does just that. */
function sameNumber(a: bigint | number | null, b: bigint | number | null): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: bigint and number
  return a !== null && b !== null && a == b
}

function pythonFloat(text: string): number {
  if (text === 'inf' || text === '-inf') return text === 'inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  return Number(text)
}
