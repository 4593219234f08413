import { ArrowLeft, ArrowRight, RotateCcw, Undo2 } from 'lucide-react'
import { flushSync } from 'react-dom'
import { t } from '../../lib/i18n/translate.ts'
import { Button } from '../../ui/button.tsx'
import { moveColumn, toggleColumn } from './column-order.ts'
import { type ColumnId, columnIds, runColumns } from './columns.tsx'
import { setColumns, useTableSettings, usualColumns } from './table-settings.ts'

/** Which columns the list has and in which order: those shown from left to right, then the others. */
export function ColumnChoice({ id }: { id: string }) {
  const { columns, columnsBefore } = useTableSettings()
  const hidden = columnIds.filter((column) => !columns.includes(column))
  return (
    <fieldset id={id} popover="auto" className="column-choice">
      <legend>{t('Columns')}</legend>
      {[...columns, ...hidden].map((column) => (
        <ColumnLine key={column} column={column} columns={columns} />
      ))}
      <div className="column-choice-end">
        <Button
          small
          icon={<Undo2 size={14} aria-hidden />}
          disabled={columnsBefore === null}
          onClick={() => columnsBefore && setColumns(columnsBefore)}
        >
          {t('Undo')}
        </Button>
        <Button small icon={<RotateCcw size={14} aria-hidden />} onClick={() => setColumns(usualColumns)}>
          {t('Usual columns')}
        </Button>
      </div>
    </fieldset>
  )
}

function ColumnLine({ column, columns }: { column: ColumnId; columns: readonly ColumnId[] }) {
  const label = t(runColumns[column].label)
  const place = columns.indexOf(column)
  const move = (button: HTMLElement, to: number): void => {
    flushSync(() => setColumns(moveColumn(columns, column, to)))
    // The line may have been moved in the document, which takes the focus from its button.
    button.focus()
  }
  return (
    <div className="column-line">
      <label>
        <input type="checkbox" checked={place >= 0} onChange={() => setColumns(toggleColumn(columns, column))} />
        {label}
      </label>
      {place >= 0 && (
        <>
          <Button
            small
            kind="quiet"
            icon={<ArrowLeft size={14} />}
            aria-label={t('Move {column} left', { column: label })}
            aria-disabled={place === 0}
            onClick={(event) => move(event.currentTarget, place - 1)}
          />
          <Button
            small
            kind="quiet"
            icon={<ArrowRight size={14} />}
            aria-label={t('Move {column} right', { column: label })}
            aria-disabled={place === columns.length - 1}
            onClick={(event) => move(event.currentTarget, place + 1)}
          />
        </>
      )}
    </div>
  )
}
