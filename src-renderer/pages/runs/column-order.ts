/** The columns with one at another place; a place beyond either end counts as that end. */
export function moveColumn<Id>(columns: readonly Id[], id: Id, place: number): readonly Id[] {
  const at = columns.indexOf(id)
  const to = Math.max(0, Math.min(columns.length - 1, place))
  return at < 0 || at === to ? columns : columns.filter((other) => other !== id).toSpliced(to, 0, id)
}

/** The columns without one that is shown, or with a hidden one at the end. */
export function toggleColumn<Id>(columns: readonly Id[], id: Id): readonly Id[] {
  return columns.includes(id) ? columns.filter((other) => other !== id) : [...columns, id]
}
