import { UserError } from '../util/assert.ts'
import type { JsonObject } from './json-file.ts'

/** Typed reading of a JSON config. Every complaint names the file, the key, what is there and what was expected. */
export interface ConfigValues {
  readonly raw: JsonObject
  /** A positive integer; `fallback` where the key is absent or null. */
  size(key: string, fallback?: number): number
  /** A positive number. */
  positive(key: string, fallback?: number): number
  flag(key: string, fallback: boolean): boolean
  /** One entry per layer, or undefined where the key is absent or null. */
  perLayer(key: string, layerCount: number): readonly unknown[] | undefined
  /** The same with keys laid over. */
  with(keys: JsonObject): ConfigValues
  /** Throws a UserError that starts with the file. */
  refuse(sentence: string): never
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'missing'

/** A reader of `raw`; `path` is named in errors. */
export function configValues(raw: JsonObject, path: string): ConfigValues {
  const refuse = (sentence: string): never => {
    throw new UserError(`${path}: ${sentence}`)
  }
  const number = (key: string, fallback: number | undefined, whole: boolean): number => {
    const value = raw[key] ?? fallback
    if (typeof value === 'number' && Number.isFinite(value) && value > 0 && (!whole || Number.isInteger(value)))
      return value
    return refuse(`${key} is ${show(raw[key])}, expected ${whole ? 'a positive integer' : 'a positive number'}.`)
  }
  return {
    raw,
    refuse,
    with: (keys) => configValues({ ...raw, ...keys }, path),
    size: (key, fallback) => number(key, fallback, true),
    positive: (key, fallback) => number(key, fallback, false),
    flag: (key, fallback) => {
      const value = raw[key] ?? fallback
      return typeof value === 'boolean' ? value : refuse(`${key} is ${show(value)}, expected true or false.`)
    },
    perLayer: (key, layerCount) => {
      const value = raw[key] ?? undefined
      if (value === undefined || (Array.isArray(value) && value.length === layerCount)) return value
      return refuse(`${key} is ${show(value)}, expected one entry for each of the ${layerCount} layers.`)
    },
  }
}
