import { isatty } from 'node:tty'
import type { ConfigIssue } from '../../src-preload/contract/config.ts'

export interface OutputOptions {
  readonly json?: boolean
}

/** Prints a result: as JSON on one line, or for people. */
export function printResult<Result>(
  result: Result,
  options: OutputOptions,
  forPeople: (result: Result) => string,
): void {
  process.stdout.write(`${options.json ? JSON.stringify(result) : forPeople(result)}\n`)
}

/** Prints records: one JSON object a line, or a table. */
export function printRecords<Row extends object>(
  rows: readonly Row[],
  options: OutputOptions,
  columns: Readonly<Record<string, (row: Row) => string>>,
): void {
  if (options.json) for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`)
  else process.stdout.write(`${table(rows, columns)}\n`)
}

/** Columns of text, each as wide as its widest cell. */
export function table<Row>(rows: readonly Row[], columns: Readonly<Record<string, (row: Row) => string>>): string {
  const heads = Object.keys(columns)
  const cells = [heads, ...rows.map((row) => Object.values(columns).map((cell) => cell(row)))]
  const widths = heads.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)))
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Warnings of a config, one line each. */
export const warningLines = (warnings: readonly ConfigIssue[]): string[] =>
  warnings.map(({ path, message }) => `warning: ${path}: ${message}`)

export const fixed = (value: number | null | undefined, digits = 4): string =>
  value === null || value === undefined ? '–' : value.toFixed(digits)

/** Milliseconds as h:mm:ss or m:ss. */
export function duration(ms: number | null): string {
  if (ms === null) return '–'
  const seconds = Math.round(ms / 1000)
  const pad = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes}:${pad(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`
}

/** A progress line on standard error: redrawn in a terminal, printed now and then elsewhere. */
export class ProgressLine {
  readonly #live = isatty(2)
  #printed = ''

  show(share: number, text: string): void {
    const width = 24
    const full = Math.round(Math.min(1, Math.max(0, share)) * width)
    const line = `${'█'.repeat(full)}${'░'.repeat(width - full)} ${text}`
    if (line === this.#printed) return
    this.#printed = line
    process.stderr.write(this.#live ? `\r\x1b[2K${line}` : `${line}\n`)
  }

  end(): void {
    if (this.#live && this.#printed) process.stderr.write('\n')
    this.#printed = ''
  }
}
