/** Points of a sparkline in a box of the given size, as an SVG path; equal values lie in its middle. Empty below two values. */
export function sparklinePath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return ''
  const low = Math.min(...values)
  const high = Math.max(...values)
  const share = (value: number): number => (high === low ? 0.5 : (value - low) / (high - low))
  return values
    .map((value, index) => {
      const x = 1 + (index / (values.length - 1)) * (width - 2)
      const y = height - 1.5 - share(value) * (height - 3)
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}

/** The rewards as a small line; its numbers are beside it in the table. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const width = 84
  const height = 22
  return (
    <svg width={width} height={height} role="img" aria-label={label} className="sparkline">
      <path d={sparklinePath(values, width, height)} fill="none" stroke="currentColor" strokeWidth="1.4" />
    </svg>
  )
}
