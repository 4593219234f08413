import { serviceText } from './i18n/service-text.ts'
import { currentLanguage, t } from './i18n/translate.ts'
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
          ? Math.round(value).toLocaleString(currentLanguage())
          : String(Number(value.toPrecision(digits)))
  return text.replaceAll('-', '−')
}

/** A whole number, written as the language does. */
export const formatCount = (value: number): string => value.toLocaleString(currentLanguage())

/** Fixed decimals, so that columns line up. */
export function formatFixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined) return '–'
  return value.toFixed(decimals).replace('-', '−')
}

export function formatPercent(fraction: number | null | undefined, decimals = 0): string {
  return fraction === null || fraction === undefined ? '–' : `${(fraction * 100).toFixed(decimals).replace('-', '−')} %`
}

/** A value as people read it in its unit: a fraction is percent, and a small one keeps its digits. */
export function formatInUnit(value: number | null | undefined, unit: string, digits = 4): string {
  if (unit !== 'fraction' || value === null || value === undefined || !Number.isFinite(value))
    return formatNumber(value, digits)
  const size = Math.abs(value)
  return size === 0 || size < 0.01 ? formatTick(value, unit) : formatPercent(value, size < 0.1 ? 2 : 1)
}

/** How far a value is from another, with its sign: fractions in percentage points. */
export function formatGap(gap: number, unit: string): string {
  const sign = gap > 0 ? '+' : ''
  if (unit !== 'fraction') return `${sign}${formatNumber(gap, 3)}`
  return t('{points} pp', { points: `${sign}${formatNumber(100 * gap, 3)}` })
}

/** The same as short as it can be, for axes. */
export const formatTick = (value: number, unit: string, digits = 3): string =>
  unit === 'fraction' ? `${formatNumber(value * 100, digits)} %` : formatNumber(value, digits)

/** `3 s`, `4 min 05 s`, `2 h 07 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return '–'
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const pad = (value: number): string => String(value).padStart(2, '0')
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ]
  if (seconds < 60) return t('{seconds} s', { seconds })
  if (seconds < 3600) return t('{minutes} min {seconds} s', { minutes, seconds: pad(seconds % 60) })
  if (seconds < 86_400) return t('{hours} h {minutes} min', { hours, minutes: pad(minutes % 60) })
  return t('{days} d {hours} h', { days, hours: hours % 24 })
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

const dateFormats = new Map<string, Intl.DateTimeFormat>()

/** A formatter of the language in force; making one is slow, so that each is made once. */
function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${currentLanguage()} ${JSON.stringify(options)}`
  const known = dateFormats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(currentLanguage(), { hourCycle: 'h23', ...options })
  dateFormats.set(key, made)
  return made
}

/** Local date and time, `Nov 20, 2026, 14:05`. */
export function formatTime(atMs: number, withSeconds = false): string {
  return dateFormat({ dateStyle: 'medium', timeStyle: withSeconds ? 'medium' : 'short' }).format(atMs)
}

/** `just now`, `5 min. ago`, `3 hr. ago`, then the date. */
export function formatAgo(atMs: number, nowMs: number): string {
  const seconds = Math.round((nowMs - atMs) / 1000)
  if (seconds < 60) return t('just now')
  if (seconds >= 86_400) return dateFormat({ dateStyle: 'medium' }).format(atMs)
  const ago = new Intl.RelativeTimeFormat(currentLanguage(), { style: 'short' })
  return seconds < 3600
    ? ago.format(-Math.floor(seconds / 60), 'minute')
    : ago.format(-Math.floor(seconds / 3600), 'hour')
}

/** The sentence of a failed call, whatever was thrown. */
export function errorSentence(error: unknown): string {
  return serviceText(error instanceof Error && error.message !== '' ? error.message : String(error))
}
