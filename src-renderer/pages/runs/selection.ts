import { useView } from '../../lib/view-state.ts'

/** Marks every run from the last marked one to this one, in the order they are shown. */
export function selectRange(shown: readonly { readonly id: string }[], to: string): void {
  useView.setState(({ selectedRuns }) => {
    const end = shown.findIndex((run) => run.id === to)
    const start = shown.findIndex((run) => run.id === selectedRuns.at(-1))
    const [first, last] = start < 0 ? [end, end] : [Math.min(start, end), Math.max(start, end)]
    const range = shown.slice(first, last + 1).map((run) => run.id)
    return { selectedRuns: [...new Set([...selectedRuns, ...range])] }
  })
}
