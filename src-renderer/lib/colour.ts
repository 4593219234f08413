/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number]

/** Reads `#rrggbb`, `rgb(r, g, b)` or `rgba(r, g, b, a)`; alpha is ignored. Throws on anything else. */
export function parseColour(text: string): Rgb {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text)
  if (hex) return [Number.parseInt(hex[1]!, 16), Number.parseInt(hex[2]!, 16), Number.parseInt(hex[3]!, 16)]
  const rgb = /^rgba?\((\d+),\s*(\d+),\s*(\d+)/.exec(text)
  if (rgb) return [Number(rgb[1]), Number(rgb[2]), Number(rgb[3])]
  throw new Error(`A colour is #rrggbb or rgb(r, g, b), got "${text}".`)
}

export function cssColour([red, green, blue]: Rgb, alpha = 1): string {
  const parts = `${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)}`
  return alpha === 1 ? `rgb(${parts})` : `rgba(${parts}, ${alpha})`
}

/** Relative luminance, 0 to 1 (WCAG 2.2). */
export function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((channel) => {
    const part = channel / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

/** Contrast ratio, 1 to 21 (WCAG 2.2). */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light! + 0.05) / (dark! + 0.05)
}

/** Where black and white text are equally legible: sqrt(1.05 * 0.05) - 0.05. Either side of it the better one has 4.58:1. */
const flipLuminance = 0.1791

/** Black or white, whichever is easier to read on the colour: at least 4.5:1 on any. */
export function textColourOn(background: Rgb): '#000000' | '#ffffff' {
  return luminance(background) > flipLuminance ? '#000000' : '#ffffff'
}

export function mix(from: Rgb, to: Rgb, part: number): Rgb {
  const channel = (index: 0 | 1 | 2): number => from[index] + (to[index] - from[index]) * part
  return [channel(0), channel(1), channel(2)]
}
