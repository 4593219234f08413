import { Columns3 } from 'lucide-react'
import { t } from '../../lib/i18n/translate.ts'
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
        aria-label={t('Group the runs')}
        value={grouping}
        onChange={(event) => useTableSettings.setState({ grouping: event.target.value as Grouping })}
      >
        {Object.entries(groupings).map(([id, label]) => (
          <option key={id} value={id}>
            {t(label)}
          </option>
        ))}
      </select>
      <Button icon={<Columns3 size={15} aria-hidden />} popoverTarget="run-columns">
        {t('Columns')}
      </Button>
      <fieldset id="run-columns" popover="auto" className="column-choice">
        <legend>{t('Columns')}</legend>
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
            {t(runColumns[id].label)}
          </label>
        ))}
      </fieldset>
    </>
  )
}
