import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useCall } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Await } from '../../ui/message.tsx'
import { DeviceCard } from './device-card.tsx'
import './devices.css'

/** Where runs can compute on this computer: what is there, what is missing, what installs it. */
export function DevicesPage() {
  const [again, setAgain] = useState(false)
  const devices = useCall('devices.list', { again }, { staleTimeMs: Number.POSITIVE_INFINITY })
  const tryAgain = (): void => {
    if (again) void devices.refetch()
    else setAgain(true)
  }
  return (
    <div className="page">
      <div className="page-head">
        <h1>Devices</h1>
        <span className="quiet">Each is tried with a training step and a generation of the built-in model.</span>
        <div className="page-head-end">
          <Button icon={<RotateCw size={15} aria-hidden />} disabled={devices.isFetching} onClick={tryAgain}>
            Try again
          </Button>
        </div>
      </div>
      <Await query={devices} what="the devices; a first try takes up to a minute">
        {(reports) => (
          <ul className="device-list" aria-busy={devices.isFetching}>
            {reports.map((report) => (
              <DeviceCard key={report.id} report={report} />
            ))}
          </ul>
        )}
      </Await>
    </div>
  )
}
