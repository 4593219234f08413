import { Columns3 } from 'lucide-react'
import { t } from '../../lib/i18n/translate.ts'
import { Button } from '../../ui/button.tsx'
import { ColumnChoice } from './column-choice.tsx'
import { type Grouping, groupings } from './run-filter.ts'
import { useTableSettings } from './table-settings.ts'

/** How the rows of the list are grouped, and which columns it has. */
export function TableControls() {
  const grouping = useTableSettings((settings) => settings.grouping)
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
      <ColumnChoice id="run-columns" />
    </>
  )
}
