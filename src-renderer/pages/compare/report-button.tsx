import { FileText } from 'lucide-react'
import { useMemo, useState } from 'react'
import { parseSteps } from '../../chart/compare/chosen-steps.ts'
import { comparisonReport } from '../../chart/compare/report.ts'
import type { BandKind } from '../../chart/compare/seed-statistics.ts'
import type { Action } from '../../commands/actions.ts'
import { usePageActions } from '../../commands/registry.ts'
import { useServices } from '../../lib/context.tsx'
import { downloadFile } from '../../lib/download.ts'
import { errorSentence } from '../../lib/format.ts'
import { useAddressState } from '../../lib/hash-location.ts'
import { t } from '../../lib/i18n/translate.ts'
import { notify, useView } from '../../lib/view-state.ts'
import { Button } from '../../ui/button.tsx'

interface ReportButtonProps {
  readonly ids: readonly string[]
  readonly baseline: number
  readonly grouped: boolean
  readonly difference: boolean
  readonly band: BandKind
}

/** Saves the comparison, with the values of the steps that the table shows, as one page that opens anywhere and prints well. */
export function ReportButton({ ids, baseline, grouped, difference, band }: ReportButtonProps) {
  const { client, live } = useServices()
  const [busy, setBusy] = useState(false)
  const [at] = useAddressState('at', 'last')
  const save = useMemo(
    () => async (): Promise<void> => {
      setBusy(true)
      try {
        const left = ids[baseline]!
        const details = await Promise.all(ids.map((id) => client.call('runs.get', { id })))
        const pairs = await Promise.all(
          ids.map((right) => (right === left ? null : client.call('runs.paired-prompts', { left, right, limit: 1 }))),
        )
        await Promise.all(ids.map((id) => live.settled(id)))
        const runs = details.map((detail) => ({ detail, columns: live.columnsOf(detail.summary.id) }))
        const choice = parseSteps(at) ?? 'last'
        const { smoothing } = useView.getState().settings
        const html = comparisonReport({ runs, baseline, grouped, difference, band, smoothing, pairs, choice })
        downloadFile('comparison.html', html, 'text/html')
      } catch (error) {
        notify('error', errorSentence(error))
      } finally {
        setBusy(false)
      }
    },
    [client, live, ids, baseline, grouped, difference, band, at],
  )
  const actions = useMemo<readonly Action[]>(
    () => [{ id: 'compare.report', label: t('Save the report'), section: t('Compare'), enabled: true, run: save }],
    [save],
  )
  usePageActions(actions)
  return (
    <Button small icon={<FileText size={14} aria-hidden />} disabled={busy} onClick={() => void save()}>
      {busy ? t('Writing…') : t('Report')}
    </Button>
  )
}
