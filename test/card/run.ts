/**
 * Everything that only a card can prove, in under ten minutes: conformance, equality with the CPU, the Archer recipe, the
 * shapes of Qwen2.5-1.5B against the card's floors, and PyTorch beside them. Writes report.json and report.md to the folder
 * given (default `$OUT`, else the current one). Each step is a process of its own: a crash costs that step. First comes what
 * needs no card: the CPU tried from the archive. Without a card nothing further is tried.
 * Ends with 0 when every step passed, 1 when one failed, 2 when there is no card.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { markdown, type Step } from './report.ts'

const here = import.meta.dirname
const root = join(here, '../..')
const out = process.argv[2] ?? process.env.OUT ?? '.'
const hooks = new URL('./hooks.ts', import.meta.url).href
const node = (script: string, ...more: string[]) => [process.execPath, ...more, join(here, script)]

interface Planned {
  readonly name: string
  readonly command: readonly string[]
  readonly limitSeconds: number
}

const data = join(out, 'workspace')
const noCard = 2
const plan: readonly Planned[] = [
  { name: 'cpu', command: [process.execPath, join(root, 'src-main/devices.ts'), 'cpu'], limitSeconds: 60 },
  { name: 'card', command: node('card.ts'), limitSeconds: 30 },
  { name: 'equality', command: node('equality.ts'), limitSeconds: 60 },
  { name: 'conformance', command: node('conformance.ts', '--import', hooks), limitSeconds: 120 },
  { name: 'bench', command: node('bench.ts'), limitSeconds: 210 },
  { name: 'torch', command: ['python3', join(here, 'torch_compare.py')], limitSeconds: 110 },
  {
    name: 'archer',
    command: [
      ...[process.execPath, join(root, 'src-main/cli.ts'), 'train', 'archer-arithmetic', '--data', data],
      ...['--set', 'device=cuda', '--json'],
    ],
    limitSeconds: 90,
  },
]

/** The last line that is JSON, of what a step printed. */
function resultOf(text: string): Readonly<Record<string, unknown>> | undefined {
  for (const line of text.trim().split('\n').reverse()) {
    try {
      return JSON.parse(line) as Readonly<Record<string, unknown>>
    } catch {
      // Not the line.
    }
  }
  return undefined
}

function perform({ name, command, limitSeconds }: Planned): Promise<Step> {
  const begin = performance.now()
  return new Promise((resolve) => {
    const child = spawn(command[0]!, command.slice(1), { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let [text, complaint] = ['', '']
    child.stdout.on('data', (chunk) => (text += chunk))
    child.stderr.on('data', (chunk) => (complaint += chunk))
    const timer = setTimeout(() => child.kill('SIGKILL'), 1000 * limitSeconds)
    const end = (failed: string | undefined) => {
      clearTimeout(timer)
      const result = resultOf(text)
      const seconds = (performance.now() - begin) / 1000
      resolve({ name, seconds, ...(result && { result }), ...(failed && { failure: failed }) })
    }
    child.on('error', ({ message }) => end(message))
    child.on('close', (code, signal) => {
      const why = signal ? `ended by ${signal} after ${limitSeconds} s at most` : `ended with ${code}`
      end(code === 0 ? undefined : `${why}: ${complaint.trim().slice(-600)}`)
    })
  })
}

/** What is wrong with the CPU's trial, which tells it in its result. */
const complaintOf = ({ failure, result }: Step): string | undefined =>
  failure ?? (result?.status === undefined || result.status === 'usable' ? undefined : String(result.detail))

mkdirSync(out, { recursive: true })
const steps: Step[] = []
for (const each of plan) {
  const step = await perform(each)
  const failure = complaintOf(step)
  steps.push(failure === undefined ? step : { ...step, failure })
  writeFileSync(join(out, 'report.json'), JSON.stringify(steps, null, 1))
  writeFileSync(join(out, 'report.md'), markdown(steps))
  console.log(`${each.name}: ${failure ?? 'done'}`)
  if (failure !== undefined) process.exitCode = 1
  if (failure === undefined || each.name !== 'card') continue
  console.error('There is no card that answers: the steps on a card were left out.')
  process.exitCode = noCard
  break
}
