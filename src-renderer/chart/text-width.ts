/**
 * Widths of characters in ems, at least those of DejaVu Sans, the widest of the common faces: a text takes up to so much room wherever
 * the drawing is opened.
 */
const widths: readonly (readonly [characters: RegExp, ems: number])[] = [
  [/[ijlIJ .,:;'|!()[\]/ftr·-]/, 0.42],
  [/[a-ln-vxyz0-9"*_?$]/, 0.65],
  [/[A-LN-VX-Z]/, 0.79],
  [/[\u2e80-\uffef]/, 1.05],
  [/[\u{10000}-\u{10ffff}]/u, 1.4],
]

/** How wide a text may be, in units of its font size; bold ones a tenth more. */
export const textWidth = (text: string, fontSize: number): number =>
  fontSize * Array.from(text, emsOf).reduce((sum, ems) => sum + ems, 0)

const emsOf = (character: string): number => widths.find(([characters]) => characters.test(character))?.[1] ?? 1

/** The text, or its beginning and end with an ellipsis between: names of runs differ at their ends. */
export function shortened(text: string, room: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= room) return text
  const characters = Array.from(text)
  for (let kept = characters.length - 1; kept > 1; kept--) {
    const tail = Math.floor(kept / 3)
    const short = `${characters.slice(0, kept - tail).join('')}…${characters.slice(characters.length - tail).join('')}`
    if (textWidth(short, fontSize) <= room) return short
  }
  return '…'
}
