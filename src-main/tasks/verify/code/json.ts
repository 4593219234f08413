/**
 * JSON as Python reads it: whole numbers of any length apart from floats, objects in order. Numbers with a dot or an
 * exponent are floats (`number`), others whole (`bigint`).
 */
export type JsonValue = null | boolean | bigint | number | string | readonly JsonValue[] | JsonObject
export class JsonObject {
  readonly entries: ReadonlyMap<string, JsonValue>

  constructor(entries: ReadonlyMap<string, JsonValue>) {
    this.entries = entries
  }

  get(name: string): JsonValue | undefined {
    return this.entries.get(name)
  }
}

/** Reads a JSON text. @throws SyntaxError for anything else, RangeError for one nested too deep. */
export function readJson(text: string): JsonValue {
  return JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }): unknown => {
    if (typeof value === 'number') return /[.eE]/.test(context?.source ?? '.') ? value : BigInt(context!.source!)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return value instanceof JsonObject ? value : new JsonObject(new Map(Object.entries(value)))
  }) as JsonValue
}

/** The JSON text of a value, as Python's `json` would read it back. */
export function jsonText(value: JsonValue): string {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return Number.isInteger(value) ? `${value.toExponential()}` : floatText(value)
  if (isArray(value)) return `[${value.map(jsonText).join(',')}]`
  if (value instanceof JsonObject)
    return `{${[...value.entries].map(([name, part]) => `${JSON.stringify(name)}:${jsonText(part)}`).join(',')}}`
  return JSON.stringify(value)
}

export const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)

const floatText = (value: number): string => (Number.isFinite(value) ? String(value) : value > 0 ? '1e999' : '-1e999')
