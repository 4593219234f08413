import { InvalidArgumentError, Option } from 'commander'
import { deviceIds } from '../../src-preload/contract/device.ts'

/** Parsers of command-line values: each rejects what is not of its kind in a sentence. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number, such as 8.')
  return Number(text)
}

export function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number, such as 0.7.')
  return value
}

export const wholeNumbers = (text: string): number[] => text.split(',').map(wholeNumber)

/** Collects a repeated option. */
export const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value]

/** `--device`: where a command computes. */
export const deviceOption = new Option('--device <id>', 'where to compute; see "quiver devices"')
  .choices(deviceIds)
  .default('cpu')
