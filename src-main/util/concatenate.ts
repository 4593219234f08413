type Numbers = Int32Array | Float32Array | Float64Array

/** All parts one after another, in an array of the kind given. */
export function concatenate<All extends Numbers>(Kind: new (length: number) => All, parts: readonly Numbers[]): All {
  const all = new Kind(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}
