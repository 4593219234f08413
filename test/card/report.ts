/** What a card's checks say, in Markdown. */

export interface Step {
  readonly name: string
  readonly seconds: number
  /** The step's JSON line; absent where it failed. */
  readonly result?: Readonly<Record<string, unknown>>
  readonly failure?: string
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Numbers of a result under dotted names, lists by their length. */
function rowsOf(value: Readonly<Record<string, unknown>>, prefix = ''): [string, string][] {
  return Object.entries(value).flatMap(([name, each]): [string, string][] => {
    if (Array.isArray(each)) return [[prefix + name, `${each.length}`]]
    if (isObject(each)) return rowsOf(each, `${prefix}${name}.`)
    return [[prefix + name, typeof each === 'number' ? String(Number(each.toPrecision(5))) : String(each)]]
  })
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function section({ name, seconds, result, failure }: Step): string {
  const lines = result ? rowsOf(result).map(([key, value]) => `| ${cell(key)} | ${cell(value)} |`) : []
  const table = lines.length > 0 ? ['', '| figure | value |', '| --- | --- |', ...lines] : []
  return [`## ${name} (${seconds.toFixed(1)} s)`, ...(failure ? ['', `Failed: ${cell(failure)}`] : []), ...table].join(
    '\n',
  )
}

/** How many times PyTorch's speed each part has, where both were measured. */
export function ratios(steps: readonly Step[]): [string, number][] {
  const figure = (step: string, part: string) => {
    const found = steps.find(({ name }) => name === step)?.result?.[part]
    const { tokensPerSecond, seconds } = isObject(found) ? found : {}
    if (typeof tokensPerSecond === 'number') return tokensPerSecond
    return typeof seconds === 'number' ? 1 / seconds : undefined
  }
  return ['training', 'generation', 'tokenStats'].flatMap((part): [string, number][] => {
    const [own, other] = [figure('bench', part), figure('torch', part)]
    return own !== undefined && other !== undefined ? [[part, own / other]] : []
  })
}

export function markdown(steps: readonly Step[]): string {
  const failed = steps.filter(({ failure }) => failure !== undefined).map(({ name }) => name)
  const summary = `${steps.length - failed.length} of ${steps.length} steps passed${failed.length > 0 ? `; not ${failed.join(', ')}` : ''}.`
  const compared = ratios(steps).map(([part, ratio]) => `- ${part}: ${ratio.toFixed(2)} × PyTorch`)
  return [
    `# Checks on a card`,
    summary,
    ...(compared.length > 0 ? [compared.join('\n')] : []),
    ...steps.map(section),
    '',
  ].join('\n\n')
}
