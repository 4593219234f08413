import { useState } from 'react'
import { type DeviceId, deviceIds } from '../../../src-preload/contract/device.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { changeSample, useSampleSettings } from './sample-settings.ts'

/** Where models compute. Trying the devices takes a while, so they are tried once the choice is looked at. */
export function DeviceField() {
  const device = useSampleSettings((settings) => settings.device)
  const [looked, setLooked] = useState(false)
  const options = { enabled: looked || device !== 'cpu', staleTimeMs: Number.POSITIVE_INFINITY }
  const reports = useCall('devices.list', {}, options).data ?? []
  const isAbsent = (id: DeviceId): boolean => reports.some((report) => report.id === id && report.status !== 'usable')
  return (
    <div>
      <label className="sample-field">
        {t('Device')}
        <select
          className="select"
          value={device}
          onFocus={() => setLooked(true)}
          onChange={(event) => changeSample({ device: event.target.value as DeviceId })}
        >
          {deviceIds.map((id) => (
            <option key={id} value={id}>
              {isAbsent(id) ? t('{device}: not usable here', { device: id }) : id}
            </option>
          ))}
        </select>
      </label>
      {isAbsent(device) && (
        <p className="field-error" role="alert">
          {t('This device is not usable here; the page Devices says why.')}
        </p>
      )}
    </div>
  )
}
