import type { ReadPoints } from './line-points.ts'
import { chartRows } from './summary.ts'

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** The raw values of the lines as CSV, one row per place on the x axis. */
export function chartCsv(
  axisLabel: string,
  lines: readonly { readonly label: string; readonly points: ReadPoints }[],
): string {
  const head = [axisLabel, ...lines.map((line) => line.label)].map(quoted).join(',')
  return [head, ...chartRows(lines).map(({ x, values }) => [x, ...values.map((value) => value ?? '')].join(','))]
    .join('\n')
    .concat('\n')
}
