import { shortNames } from '../../chart/end-labels.ts'

/** More characters than this do not fit over a column in two lines. */
const longestHead = 40

/** The names of the runs over their columns, cut where they are alike. */
export function RunHeads({ names, className }: { names: readonly string[]; className: string }) {
  const shown = shortNames(names, longestHead)
  return names.map((name, index) => (
    <th key={name} className={className} title={name}>
      {shown[index]}
    </th>
  ))
}
