import { expect, test } from 'vitest'
import { chartActions } from '../../../src-renderer/chart/chart-actions.ts'
import { pannedRange, parseRange, rangeText, zoomedRange } from '../../../src-renderer/chart/chart-range.ts'
import { useChartView } from '../../../src-renderer/chart/chart-view.ts'

const all = [0, 1000] as const

test('zooming keeps the middle, and all of the axis is no zoom', () => {
  expect(zoomedRange(null, all, 0.5)).toEqual([250, 750])
  expect(zoomedRange([250, 750], all, 0.5)).toEqual([375, 625])
  expect(zoomedRange([250, 750], all, 2)).toBeNull()
  expect(zoomedRange([0, 100], all, 2)).toEqual([0, 150])
})

test('moving keeps the width and stops at the ends', () => {
  expect(pannedRange(null, all, 0.25)).toBeNull()
  expect(pannedRange([200, 400], all, 0.25)).toEqual([250, 450])
  expect(pannedRange([20, 220], all, -0.25)).toEqual([0, 200])
  expect(pannedRange([790, 990], all, 0.25)).toEqual([800, 1000])
})

test('an address says a zoom, and what is none is none', () => {
  expect(parseRange(rangeText([120, 480.5]))).toEqual([120, 480.5])
  expect(rangeText(null)).toBe('')
  for (const wrong of ['', '5', '9~3', 'a~b', '1~2~3', '0~Infinity']) expect(parseRange(wrong)).toBeNull()
})

test('keys zoom, move and change the axis of all panels at once', () => {
  const press = (id: string): void =>
    void chartActions(() => all)
      .find((action) => action.id === id)!
      .run()
  useChartView.setState({ axis: 'step', range: null })
  press('curves.zoom-in')
  press('curves.later')
  expect(useChartView.getState().range).toEqual([375, 875])
  press('curves.all')
  expect(useChartView.getState().range).toBeNull()
  press('curves.axis')
  expect(useChartView.getState().axis).toBe('tokens')
  useChartView.setState({ axis: 'step' })
})
