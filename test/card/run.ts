/**
 * Everything that only a card can prove, in under ten minutes: conformance, equality with the CPU, the Archer recipe to the
 * CPU's accuracy, the shapes of Qwen2.5-1.5B against the card's floors, and PyTorch beside them. Writes report.json,
 * report.md and, a line for each figure that was predicted, measurements.jsonl to the folder given (default `$OUT`, else the
 * current one), anew after each step. A step is a process of its own with a limit of its own: one that crashes or hangs
 * costs its own figures from there on. First comes what needs no card: the CPU tried from the archive.
 * Ends with 0 when every step passed, 1 when one failed or could not be compared, 2 when no card answers.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { measurements } from './measurements.ts'
import { type Planned, perform } from './perform.ts'
import { markdown, type Step } from './report.ts'
import { verdict } from './verdict.ts'

const here = import.meta.dirname
const root = join(here, '../..')
const out = process.argv[2] ?? process.env.OUT ?? '.'
const hooks = new URL('./hooks.ts', import.meta.url).href
const budgetSeconds = 580
const noCard = 2

const node = (script: string, ...more: string[]) => [process.execPath, ...more, join(here, script)]
const archer = (device: string) => [
  ...[process.execPath, join(root, 'src-main/cli.ts'), 'train', 'archer-arithmetic'],
  ...['--data', join(out, `workspace-${device}`), '--set', `device=${device}`, '--json'],
]

const before: readonly Planned[] = [
  { name: 'cpu', command: [process.execPath, join(root, 'src-main/devices.ts'), 'cpu'], limitSeconds: 40 },
  { name: 'card', command: node('card.ts'), limitSeconds: 30 },
]
/** Beside what is not timed, so that the processor is quiet when something is. */
const archerOnCpu: Planned = { name: 'archer on the CPU', command: archer('cpu'), limitSeconds: 200 }
const unclocked: readonly Planned[] = [
  { name: 'equality', command: node('equality.ts'), limitSeconds: 70 },
  { name: 'conformance', command: node('conformance.ts', '--import', hooks), limitSeconds: 110 },
]
const clocked: readonly Planned[] = [
  { name: 'archer', command: archer('cuda'), limitSeconds: 80 },
  { name: 'bench', command: node('bench.ts'), limitSeconds: 160 },
  { name: 'torch', command: ['python3', join(here, 'torch_compare.py')], limitSeconds: 100 },
]

const steps: Step[] = []
const secondsLeft = () => budgetSeconds - performance.now() / 1000

function write(name: string, text: string): void {
  writeFileSync(join(out, name), text)
}

/** Runs a step and writes the reports with what it found; whether it passed. */
async function step(planned: Planned): Promise<boolean> {
  const done = await perform({ ...planned, limitSeconds: Math.min(planned.limitSeconds, secondsLeft()) }, root)
  const failure = verdict(done, steps)
  steps.push(failure === undefined ? done : { ...done, failure })
  write('report.json', JSON.stringify(steps, null, 1))
  write('report.md', markdown(steps))
  write(
    'measurements.jsonl',
    measurements(steps)
      .map((each) => `${JSON.stringify(each)}\n`)
      .join(''),
  )
  console.log(`${planned.name}: ${failure ?? 'passed'}`)
  if (failure !== undefined) process.exitCode = 1
  return failure === undefined
}

async function inTurn(all: readonly Planned[]): Promise<void> {
  for (const each of all) await step(each)
}

mkdirSync(out, { recursive: true })
const [cpu, card] = before as [Planned, Planned]
await step(cpu)
if (await step(card)) {
  await Promise.all([step(archerOnCpu), inTurn(unclocked)])
  await inTurn(clocked)
} else {
  console.error('There is no card that answers: the steps on a card were left out.')
  process.exitCode = noCard
}
