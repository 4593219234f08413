/** As much of the test runner as the engine's suites use, for a machine that has Node and nothing else. */
import { isDeepStrictEqual } from 'node:util'

type Work = () => unknown
interface Test {
  readonly name: string
  readonly work: Work
}
interface Suite {
  readonly before: Work[]
  readonly after: Work[]
  readonly tests: Test[]
}

export interface Outcome {
  readonly name: string
  /** Absent where it passed. */
  readonly failure?: string
}

const suites: { name: string; suite: Suite }[] = []
let path: string[] = []
const current = (): Suite => {
  const name = path.join(' ')
  const known = suites.find((each) => each.name === name)
  if (known) return known.suite
  const suite: Suite = { before: [], after: [], tests: [] }
  suites.push({ name, suite })
  return suite
}

export const describe = (name: string, define: () => void): void => {
  path = [...path, name]
  define()
  path = path.slice(0, -1)
}

/** Fills %s, %i and %j of a title with the values of a row, in order. */
const titled = (title: string, row: readonly unknown[]): string => {
  let next = 0
  return title.replaceAll(/%[sij]/g, () => String(row[next++]))
}

const add = (name: string, work: Work): void => void current().tests.push({ name, work })
export const test = Object.assign(add, {
  skip: () => {},
  runIf: (condition: boolean) => (condition ? add : () => {}),
  skipIf: (condition: boolean) => (condition ? () => {} : add),
  each:
    (rows: readonly unknown[]) =>
    (title: string, work: (...row: never[]) => unknown): void => {
      for (const row of rows) {
        const values = Array.isArray(row) ? row : [row]
        add(titled(title, values), () => work(...(values as never[])))
      }
    },
})
export const beforeAll = (work: Work): void => void current().before.push(work)
export const afterAll = (work: Work): void => void current().after.push(work)

const fail = (message: string): never => {
  throw new Error(message)
}
const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 200)

function requireThrown(error: unknown, expected?: string | RegExp): void {
  if (error === undefined) fail('Nothing was thrown.')
  const { message } = error as Error
  const fits =
    expected === undefined || (typeof expected === 'string' ? message.includes(expected) : expected.test(message))
  if (!fits) fail(`Thrown was "${message}", expected ${expected}.`)
}

const thrown = (work: Work): unknown => {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}

/** Throws where an expectation does not hold. */
export function expect(value: unknown, what = 'value') {
  const matchers = (wanted: boolean) => {
    const hold = (holds: boolean, sentence: string) => {
      if (holds !== wanted) fail(`${what}: ${shown(value)} is ${wanted ? 'not ' : ''}${sentence}.`)
    }
    return {
      toBe: (other: unknown) => hold(Object.is(value, other), String(other)),
      toEqual: (other: unknown) => hold(isDeepStrictEqual(value, other), `equal to ${shown(other)}`),
      toBeLessThan: (other: number) => hold((value as number) < other, `less than ${other}`),
      toBeGreaterThan: (other: number) => hold((value as number) > other, `greater than ${other}`),
      toThrow: (expected?: string | RegExp) => {
        const error = thrown(value as Work)
        if (wanted) requireThrown(error, expected)
        else if (error) throw error
      },
    }
  }
  const rejects = {
    toThrow: async (expected?: string | RegExp) => {
      const promise = typeof value === 'function' ? (value as Work)() : value
      const error = await Promise.resolve(promise).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      requireThrown(error, expected)
    },
  }
  return { ...matchers(true), not: matchers(false), rejects }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, 400)

async function attempt(name: string, work: Work): Promise<Outcome> {
  try {
    await work()
    return { name }
  } catch (error) {
    return { name, failure: messageOf(error) }
  }
}

/** Runs everything defined so far, in order, until the time is over; tells of each as it ends. */
export async function runAll(
  limitMs = Infinity,
  onOutcome: (all: readonly Outcome[]) => void = () => {},
): Promise<{ outcomes: Outcome[]; leftOut: number }> {
  const outcomes: Outcome[] = []
  const end = performance.now() + limitMs
  let leftOut = 0
  for (const { name, suite } of suites) {
    const setUp: Outcome[] = []
    for (const work of suite.before) setUp.push(await attempt(`${name}: before`, work))
    outcomes.push(...setUp.filter(({ failure }) => failure))
    for (const each of suite.tests) {
      if (performance.now() > end) {
        leftOut++
        continue
      }
      outcomes.push(await attempt(`${name}: ${each.name}`, each.work))
      onOutcome(outcomes)
    }
    for (const work of suite.after) await attempt(`${name}: after`, work)
  }
  return { outcomes, leftOut }
}
