import { readFile } from 'node:fs/promises'
import { UserError } from '../util/assert.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/**
 * Parses a JSON file that holds an object; a missing file gives `fallback` where there is one.
 * @throws UserError when the file is missing, unreadable or no JSON object.
 */
export async function readJsonObject(path: string, fallback?: JsonObject): Promise<JsonObject> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (fallback && (error as NodeJS.ErrnoException).code === 'ENOENT') return fallback
    throw new UserError(
      `${path} cannot be read (${(error as Error).message}). A model folder holds config.json, model.safetensors and tokenizer.json.`,
    )
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UserError(`${path} is not valid JSON: ${(error as Error).message}.`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UserError(`${path} holds ${Array.isArray(value) ? 'an array' : String(value)}, expected a JSON object.`)
  return value as JsonObject
}

export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}
