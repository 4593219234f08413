import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { useMemo } from 'react'
import { usePageActions } from '../../commands/registry.ts'
import { useServices } from '../../lib/context.tsx'
import { errorSentence } from '../../lib/format.ts'
import { useCall } from '../../lib/queries.ts'
import { notify } from '../../lib/view-state.ts'
import { BusyBar } from '../../ui/busy-bar.tsx'
import { Button } from '../../ui/button.tsx'
import { HelpLink } from '../../ui/help-link.tsx'
import { Await } from '../../ui/message.tsx'
import { DeviceCard } from './device-card.tsx'
import './devices.css'
import { t } from '../../lib/i18n/translate.ts'

/** Where runs can compute on this computer: what is there, what is missing, what installs it. */
export function DevicesPage() {
  const { client } = useServices()
  const queries = useQueryClient()
  const devices = useCall('devices.list', {}, { staleTimeMs: Number.POSITIVE_INFINITY })
  const again = useMutation({
    mutationFn: () => client.call('devices.list', { again: true }),
    onSuccess: (reports) => queries.setQueryData(['devices.list', {}], reports),
    onError: (error) => notify('error', errorSentence(error)),
  })
  const busy = devices.isFetching || again.isPending
  const { mutate } = again
  usePageActions(
    useMemo(
      () => [
        {
          id: 'devices.again',
          label: t('Try the devices again'),
          shortcut: 'r',
          section: t('Devices'),
          enabled: !busy,
          run: () => mutate(),
        },
      ],
      [busy, mutate],
    ),
  )
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('Devices')}</h1>
        <span className="quiet">{t('Each is tried with a training step and a generation of the built-in model.')}</span>
        <div className="page-head-end">
          <HelpLink topic="devices" />
          <Button icon={<RotateCw size={15} aria-hidden />} disabled={busy} onClick={() => again.mutate()}>
            {again.isPending ? t('Trying…') : t('Try again')}
          </Button>
        </div>
      </div>
      <Await query={devices} what={t('the devices; a first try takes up to a minute')}>
        {(reports) => (
          <>
            {busy && <BusyBar />}
            <ul className="device-list" aria-busy={busy}>
              {reports.map((report) => (
                <DeviceCard key={report.id} report={report} />
              ))}
            </ul>
          </>
        )}
      </Await>
    </div>
  )
}
