import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import papaparse from 'papaparse'
import { UserError } from '../util/assert.ts'

/** A row of a file before anything is known of its columns. */
export interface SourceRecord {
  readonly value: unknown
  /** File and line or row, for messages. */
  readonly where: string
}

type Reader = (path: string) => AsyncIterable<readonly SourceRecord[]>

/** Rows of a Parquet file that are decoded at once; row groups may hold millions. */
const parquetRows = 4096

/**
 * The rows of a JSONL, JSON (array), CSV or Parquet file, part by part, so that a file of many repeated rows is never whole in memory.
 * @throws UserError naming file and line for what cannot be read.
 */
export function readRecords(path: string): AsyncIterable<readonly SourceRecord[]> {
  const reader = readers[extname(path).toLowerCase()]
  if (!reader)
    throw new UserError(`${path}: expected a file ending in .jsonl, .json, .csv or .parquet. Rename or convert it.`)
  return reader(path)
}

const readers: Readonly<Record<string, Reader>> = {
  '.jsonl': ofText(parseLines),
  '.json': ofText(parseArray),
  '.csv': ofText(parseCsv),
  '.parquet': readParquet,
}

function ofText(parse: (content: string, path: string) => SourceRecord[]): Reader {
  return async function* (path) {
    yield parse(await readFile(path, 'utf8').catch((error: Error) => fail(path, error)), path)
  }
}

function fail(path: string, error: Error): never {
  throw new UserError(
    `The dataset ${path} cannot be read (${error.message}). Give the path of a JSONL, JSON, CSV or Parquet file.`,
  )
}

function parseLines(content: string, path: string): SourceRecord[] {
  return content.split('\n').flatMap((line, index) => {
    const where = `${path}, line ${index + 1}`
    return line.trim() === '' ? [] : [{ value: parseJson(line, where), where }]
  })
}

function parseArray(content: string, path: string): SourceRecord[] {
  const value = parseJson(content, path)
  if (!Array.isArray(value))
    throw new UserError(
      `${path}: expected a JSON array of problems, got ${displayed(value)}. For one object a line use .jsonl.`,
    )
  return value.map((row: unknown, index) => ({ value: row, where: rowOf(path, index) }))
}

function parseCsv(content: string, path: string): SourceRecord[] {
  const { data, errors } = papaparse.parse<Record<string, string>>(content, { header: true, skipEmptyLines: 'greedy' })
  const [error] = errors
  if (error && data.length > 0)
    throw new UserError(`${rowOf(path, error.row ?? 0)}: ${error.message}. Mend the CSV file.`)
  return data.map((value, index) => ({ value, where: rowOf(path, index) }))
}

async function* readParquet(path: string): AsyncIterable<readonly SourceRecord[]> {
  const file = await asyncBufferFromFile(path).catch((error: Error) => fail(path, error))
  const metadata: FileMetaData = await parquetMetadataAsync(file).catch((error: Error) =>
    fail(path, new Error(`it is no whole Parquet file: ${error.message}`)),
  )
  const rows = Number(metadata.num_rows)
  for (let rowStart = 0; rowStart < rows; rowStart += parquetRows) {
    const part = { rowStart, rowEnd: Math.min(rows, rowStart + parquetRows) }
    const values = await parquetReadObjects({ file, metadata, compressors, ...part }).catch((error: Error) =>
      fail(path, error),
    )
    yield values.map((value, index) => ({ value: mapCells(value), where: rowOf(path, rowStart + index) }))
  }
}

const rowOf = (path: string, index: number): string => `${path}, row ${index + 1}`

const mapCells = (row: object): object =>
  Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, plain(cell)]))

/** What JSON would hold: Parquet has whole numbers of 64 bits, times, and null for a field that a structure lacks. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Date) return value.toISOString()
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return mapCells(Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null)))
}

function parseJson(source: string, where: string): unknown {
  try {
    return JSON.parse(source)
  } catch (error) {
    throw new UserError(
      `${where}: this is not valid JSON (${error instanceof Error ? error.message : error}). Mend or remove it.`,
    )
  }
}

/** A value as messages show it. */
export function displayed(value: unknown): string {
  if (value === undefined) return 'nothing'
  const shown = JSON.stringify(value) ?? String(value)
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown
}
