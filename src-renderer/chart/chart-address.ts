import { useEffect } from 'react'
import { useAddressState } from '../lib/hash-location.ts'
import { axisIds } from './axis.ts'
import { parseRange, rangeText } from './chart-range.ts'
import { useChartView } from './chart-view.ts'

/** A dragged zoom changes more often than a browser lets addresses change. */
const addressAfterMs = 300

/** Keeps x axis and zoom in the address, so that a copied link shows the same part of the curves. */
export function useChartAddress(): void {
  const [axisText, setAxis] = useAddressState('x')
  const [zoomText, setZoom] = useAddressState('zoom')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is read once, when the page opens.
  useEffect(() => {
    const axis = axisIds.find((id) => id === axisText) ?? useChartView.getState().axis
    useChartView.setState({ axis, range: parseRange(zoomText) })
    let waiting: ReturnType<typeof setTimeout> | undefined
    const end = useChartView.subscribe((view, before) => {
      if (view.axis === before.axis && view.range === before.range) return
      clearTimeout(waiting)
      waiting = setTimeout(() => {
        setAxis(view.range || view.axis !== 'step' ? view.axis : '')
        setZoom(rangeText(view.range))
      }, addressAfterMs)
    })
    return () => {
      clearTimeout(waiting)
      end()
    }
  }, [setAxis, setZoom])
}
