/** How numbers look everywhere: four significant digits, no trailing noise, a true minus sign. */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return '–'
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  const text =
    value === 0
      ? '0'
      : size >= 1e6 || size < 1e-4
        ? value.toExponential(Math.max(0, digits - 2)).replace('e+', 'e')
        : size >= 1000
          ? Math.round(value).toLocaleString('en-US')
          : String(Number(value.toPrecision(digits)))
  return text.replaceAll('-', '−')
}

/** Fixed decimals, so that columns line up. */
export function formatFixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined) return '–'
  return value.toFixed(decimals).replace('-', '−')
}

export function formatPercent(fraction: number | null | undefined, decimals = 0): string {
  return fraction === null || fraction === undefined ? '–' : `${(fraction * 100).toFixed(decimals)} %`
}

/** `3 s`, `4 min 05 s`, `2 h 07 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return '–'
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const pad = (value: number): string => String(value).padStart(2, '0')
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${pad(Math.floor((seconds % 3600) / 60))} min`
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`
}

/** Local date and time, `2026-11-20 14:05`. */
export function formatTime(atMs: number, withSeconds = false): string {
  const at = new Date(atMs)
  const pad = (value: number): string => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`
  return `${day} ${pad(at.getHours())}:${pad(at.getMinutes())}${withSeconds ? `:${pad(at.getSeconds())}` : ''}`
}

/** `just now`, `5 min ago`, `3 h ago`, then the date. */
export function formatAgo(atMs: number, nowMs: number): string {
  const seconds = Math.round((nowMs - atMs) / 1000)
  if (seconds < 60) return 'just now'
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  return formatTime(atMs).slice(0, 10)
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}

/** The sentence of a failed call, whatever was thrown. */
export function errorSentence(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}
