/** Places of a plan's buffers in one block of memory: buffers that are never needed at once may share bytes. */
import type { Command } from './command.ts'
import type { Replacement } from './planner.ts'
import { type Buffer, bufferBytes } from './view.ts'

/** Vector loads and matrix products want addresses that are multiples of this. */
const alignment = 256

export const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment

interface Life {
  readonly first: number
  readonly last: number
}

export interface Layout {
  /** Bytes from the block's beginning. */
  readonly places: ReadonlyMap<Buffer, number>
  readonly bytes: number
  /** Buffers that lie where another does: a result in place of its operand or of the state it becomes. */
  readonly sharing: ReadonlyMap<Buffer, Buffer>
  /** Replacements left to copy. */
  readonly copies: readonly Replacement[]
}

function livesOf(commands: readonly Command[]): Map<Buffer, Life> {
  const lives = new Map<Buffer, Life>()
  for (const [index, { touches }] of commands.entries())
    for (const { buffer } of touches) lives.set(buffer, { first: lives.get(buffer)?.first ?? index, last: index })
  return lives
}

/** Results written straight into the state that they replace, where nothing reads the old content later. */
function intoStates(
  commands: readonly Command[],
  lives: ReadonlyMap<Buffer, Life>,
  replacements: readonly Replacement[],
  sharing: Map<Buffer, Buffer>,
): Replacement[] {
  const outputs = new Map<Buffer, number>()
  for (const { value } of replacements) outputs.set(value, (outputs.get(value) ?? 0) + 1)
  return replacements.filter(({ state, value }) => {
    const written = lives.get(value)
    if (!written || value.storage !== state.storage || value.elements !== state.elements || outputs.get(value)! > 1)
      return true
    const lastRead = lives.get(state)?.last ?? -1
    const { mayShare = [] } = commands[written.first]!
    const inPlace = mayShare.some(({ operand, result }) => operand === state && result === value)
    const free = lastRead < written.first || (lastRead === written.first && inPlace)
    // A state replaced by what reads another one must not be written before that other replacement is copied.
    if (free) sharing.set(value, state)
    return !free
  })
}

/** Follows sharing to the buffer that has memory of its own. */
export function ownerOf(buffer: Buffer, sharing: ReadonlyMap<Buffer, Buffer>): Buffer {
  let owner = buffer
  for (let next = sharing.get(owner); next; next = sharing.get(owner)) owner = next
  return owner
}

/** Elementwise results in place of operands that die there. */
function inPlace(
  commands: readonly Command[],
  lives: Map<Buffer, Life>,
  isArena: (buffer: Buffer) => boolean,
  sharing: Map<Buffer, Buffer>,
): void {
  for (const [index, { mayShare = [] }] of commands.entries()) {
    const used = new Set<Buffer>()
    for (const { operand, result } of mayShare) {
      const owner = ownerOf(operand, sharing)
      const [before, after] = [lives.get(owner), lives.get(result)]
      const fits = isArena(owner) && isArena(result) && bufferBytes(owner) === bufferBytes(result)
      if (!fits || used.has(owner) || sharing.has(result) || !before || !after) continue
      if (before.last !== index || after.first !== index) continue
      sharing.set(result, owner)
      lives.set(owner, { first: before.first, last: after.last })
      used.add(owner)
    }
  }
}

/** The lowest place where a buffer fits between those that live with it. */
function lowestFit(bytes: number, neighbours: readonly { place: number; bytes: number }[]): number {
  let place = 0
  for (const other of neighbours.toSorted((a, b) => a.place - b.place)) {
    if (place + bytes <= other.place) return place
    place = Math.max(place, other.place + other.bytes)
  }
  return place
}

/**
 * Places scratch buffers by size, the largest first, each at the lowest address free for its whole life. `retained` ones
 * outlive the run and have memory of their own.
 */
export function layoutOf(
  commands: readonly Command[],
  replacements: readonly Replacement[],
  retained: ReadonlySet<Buffer>,
): Layout {
  const lives = livesOf(commands)
  const sharing = new Map<Buffer, Buffer>()
  const isArena = (buffer: Buffer) => buffer.kind === 'scratch' && !retained.has(buffer)
  const copies = intoStates(commands, lives, replacements, sharing)
  for (const { value } of copies) {
    const life = lives.get(value)
    if (life) lives.set(value, { first: life.first, last: commands.length })
  }
  inPlace(commands, lives, isArena, sharing)
  const placed: { place: number; bytes: number; life: Life }[] = []
  const places = new Map<Buffer, number>()
  const scratch = [...lives].filter(([buffer]) => isArena(buffer) && !sharing.has(buffer))
  for (const [buffer, life] of scratch.sort(([a], [b]) => bufferBytes(b) - bufferBytes(a))) {
    const bytes = aligned(bufferBytes(buffer))
    const neighbours = placed.filter((other) => other.life.first <= life.last && life.first <= other.life.last)
    const place = lowestFit(bytes, neighbours)
    places.set(buffer, place)
    placed.push({ place, bytes, life })
  }
  const bytes = placed.reduce((most, each) => Math.max(most, each.place + each.bytes), 0)
  return { places, bytes, sharing, copies }
}
