/**
 * `node test/bench/workbench.ts`: how the page feels with much to show, in a real browser against real services. Prints
 * milliseconds from the change of the address to the first paint with all data, and how many frames of 60 a second come while
 * scrolling, recolouring, at rest, and while twenty steps a second come in; of each also the processor time of the page's main
 * thread, which says more than the clock where the machine has other work. Needs Chromium as the browser tests do.
 */
import type { Page } from '@playwright/test'
import { openStore } from '../../src-main/store/open.ts'
import type { WriteDb } from '../../src-main/store/sql.ts'
import { recordStep } from '../../src-main/store/steps.ts'
import { newWorkspace, openStage, type Stage } from '../e2e/browser.ts'
import { writeLongResponse } from '../helpers/long-response.ts'
import { longRunStep, writeLongRun } from '../helpers/many-runs.ts'

const tokens = 32_768
const steps = 10_000
const metrics = 80
const repeats = 5

interface Measured {
  readonly ms: number
  /** Processor time of the page's main thread, milliseconds. */
  readonly cpuMs: number
}

/** A clock of the main thread's processor time, milliseconds. */
async function mainThreadClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics: all } = await session.send('Performance.getMetrics')
    return 1000 * all.find(({ name }) => name === 'TaskDuration')!.value
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

const opened = ({ ms, cpuMs }: Measured): string =>
  `${ms.toFixed(0).padStart(4)} ms, of the main thread ${cpuMs.toFixed(0)} ms`

/** Goes to an address and waits until the page's code `isShown` says that all in sight is painted; the medians of some turns. */
async function openTimes(page: Page, address: string, isShown: string): Promise<Measured> {
  const clock = await mainThreadClock(page)
  const times: number[] = []
  const cpu: number[] = []
  for (let turn = 0; turn < repeats; turn++) {
    // A fresh page each time: nothing of the run or the response is known to it.
    await page.goto(`${new URL(page.url()).origin}/#/compare`)
    await page.reload()
    await page.waitForTimeout(1000)
    const before = await clock()
    times.push(
      await page.evaluate(
        async ([to, code]) => {
          const isShown = new Function(`return ${code}`)
          const start = performance.now()
          location.hash = to!
          while (!isShown()) {
            await new Promise(requestAnimationFrame)
            if (performance.now() - start > 20_000) throw new Error(`${to} did not come to ${code} within 20 s.`)
          }
          // What was painted on canvases is handed over with the frame: it is seen when the next one begins.
          await new Promise(requestAnimationFrame)
          return performance.now() - start
        },
        [address, isShown],
      ),
    )
    cpu.push((await clock()) - before)
  }
  return { ms: median(times), cpuMs: median(cpu) }
}

/** Frames of 60 a second that came while `action` ran once per frame for four seconds, and the longest. */
async function frameRate(page: Page, action: string): Promise<string> {
  const clock = await mainThreadClock(page)
  const before = await clock()
  const { frames, wanted, longest } = await page.evaluate(async (code) => {
    const act = new Function('frame', code)
    const start = performance.now()
    let frames = 0
    let longest = 0
    let last = start
    while (performance.now() - start < 4000) {
      act(frames++)
      await new Promise(requestAnimationFrame)
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }
    return { frames, wanted: Math.round((60 * (performance.now() - start)) / 1000), longest }
  }, action)
  const perFrame = ((await clock()) - before) / frames
  return `${frames} of ${wanted} frames, longest ${longest.toFixed(0)} ms, of the main thread ${perFrame.toFixed(1)} ms a frame`
}

async function heatmap(stage: Stage, page: Page, db: WriteDb): Promise<void> {
  const { rolloutId } = writeLongResponse(db, tokens)
  const painted = `document.querySelector('.heatmap canvas[data-paints]') !== null`
  console.log(
    `open a response of ${tokens} tokens  ${opened(await openTimes(page, `#/rollout/${rolloutId}`, painted))}`,
  )
  const scroll = `document.querySelector('.heatmap').scrollTop = frame * 90`
  console.log(`scroll                            ${await frameRate(page, scroll)}`)
  const slide = `const slider = document.querySelector('.class-controls input[type=range]')
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, String(0.5 + 0.4 * Math.sin(frame / 9)))
    slider.dispatchEvent(new Event('input', { bubbles: true }))`
  console.log(`recolour with the slider          ${await frameRate(page, slide)}`)
  if (stage.complaints.length > 0) console.log(stage.complaints.join('\n'))
}

async function curves(page: Page, db: WriteDb): Promise<void> {
  const id = writeLongRun(db, { steps, metrics, active: true })
  const all = `(() => {
    const inSight = [...document.querySelectorAll('.chart-box')].filter((box) => box.getBoundingClientRect().top < innerHeight)
    return inSight.length > 0 && inSight.every((box) => box.querySelector('canvas').dataset.points === '${steps}')
  })()`
  console.log(`open ${steps} steps × ${metrics} metrics    ${opened(await openTimes(page, `#/runs/${id}`, all))}`)
  // What the machine and the browser lose by themselves.
  await page.waitForTimeout(1000)
  console.log(`the same page at rest             ${await frameRate(page, '')}`)
  let step = steps
  const growing = setInterval(() => recordStep(db, longRunStep(id, ++step, { steps, metrics })), 50)
  await page.waitForTimeout(500)
  console.log(`twenty steps a second come in     ${await frameRate(page, '')}`)
  clearInterval(growing)
}

const stage = await openStage(newWorkspace())
const db = openStore(stage.workspace, 'write')
try {
  const page = await stage.openPage('light')
  await heatmap(stage, page, db)
  await curves(page, db)
} finally {
  db.close()
  await stage.close()
}
