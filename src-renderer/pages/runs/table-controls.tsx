import { Columns3 } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { columnIds, runColumns } from './columns.tsx'
import { type Grouping, groupings } from './run-filter.ts'
import { useTableSettings } from './table-settings.ts'

/** Which columns the list has, and how its rows are grouped. */
export function TableControls() {
  const { columns, grouping } = useTableSettings()
  return (
    <>
      <select
        className="select"
        aria-label="Group the runs"
        value={grouping}
        onChange={(event) => useTableSettings.setState({ grouping: event.target.value as Grouping })}
      >
        {Object.entries(groupings).map(([id, label]) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
      <Button icon={<Columns3 size={15} aria-hidden />} popoverTarget="run-columns">
        Columns
      </Button>
      <fieldset id="run-columns" popover="auto" className="column-choice">
        <legend>Columns</legend>
        {columnIds.map((id) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={columns.includes(id)}
              onChange={() =>
                useTableSettings.setState({
                  columns: columnIds.filter((other) =>
                    other === id ? !columns.includes(id) : columns.includes(other),
                  ),
                })
              }
            />
            {runColumns[id].label}
          </label>
        ))}
      </fieldset>
    </>
  )
}
