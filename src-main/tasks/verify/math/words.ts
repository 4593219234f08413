import { functionNames } from './node.ts'

/** Words that tell of doubt, choice, negation or another number: text with one of them is never a mere unit. */
const meaningfulWords = new Set(
  `or and not no nor none maybe perhaps possibly probably likely about around approximately approx roughly nearly almost
  if else otherwise unless when where for but except than more less least most between to from through until guess sure
  unsure think believe assume either neither both any some all every each wrong incorrect false true correct right answer
  is are was be equals equal plus minus times divided over mod modulo unknown undefined infinite infinity nan
  zero one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety
  squared cubed ish hopefully etc idk dunno can could may might should would will hope seems
  half third quarter tenth tenths hundredth hundredths thousandth thousandths double twice
  hence thus so because since actually wait instead also another other`.split(/\s+/),
)

/** Unit words that need no `\text` around them: each is its own singular, and cannot be read as a product of variables. */
const unitFamilies = `centimeter centimeters centimetre centimetres cm
  millimeter millimeters millimetre millimetres mm
  kilometer kilometers kilometre kilometres km
  meter meters metre metres
  inch inches
  foot feet ft
  yard yards yd
  mile miles
  gram grams
  kilogram kilograms kg
  milligram milligrams mg
  pound pounds lb lbs
  ounce ounces oz
  liter liters litre litres
  milliliter milliliters ml mL
  second seconds sec secs
  minute minutes min mins
  hour hours hr hrs
  day days
  week weeks
  month months
  year years yr yrs
  degree degrees deg
  radian radians rad
  dollar dollars usd USD
  cent cents
  unit units
  square squares sq
  cubic
  mph
  kph kmh
  joule joules
  newton newtons
  watt watts
  volt volts`
  .split('\n')
  .map((line) => line.trim().split(/\s+/))

/** A unit word → the name of its family. */
const unitWords: ReadonlyMap<string, string> = new Map(
  unitFamilies.flatMap((family) => family.map((word) => [word, family[0]!] as const)),
)
/** Letters that are a unit after a number when they are set upright (`\text{m}`), → family. */
const unitLetters: ReadonlyMap<string, string> = new Map(
  Object.entries({
    m: 'meter',
    s: 'second',
    g: 'gram',
    h: 'hour',
    L: 'liter',
    l: 'liter',
    J: 'joule',
    N: 'newton',
    W: 'watt',
    V: 'volt',
    C: 'C',
    F: 'F',
    K: 'K',
    A: 'ampere',
    d: 'day',
  }),
)
const scales: ReadonlyMap<string, bigint> = new Map(
  Object.entries({
    hundred: 100n,
    thousand: 1000n,
    million: 10n ** 6n,
    billion: 10n ** 9n,
    trillion: 10n ** 12n,
    dozen: 12n,
  }),
)

/** What text after a number says of it. */
export interface Unit {
  /** Family name of the unit when it is a known one, for telling hours from minutes. */
  readonly family: string | null
  /** What the number is to be multiplied by: `million`. */
  readonly scale: bigint
  readonly percent: boolean
}

/**
 * Reads text after a number as a unit, or null when it says something else. Upright text may be any noun (`apples`);
 * bare words must be known units.
 */
export function readUnit(phrase: string, upright: boolean): Unit | null {
  const words = phrase
    .replace(/[²³]|\^?\{?-?\d\}?/g, ' ')
    .split(/[\s/·*.^{}()\u2009-]+/)
    .filter((word) => word !== '')
  if (words.length > 5) return null
  let scale = 1n
  let percent = false
  let family: string | null = null
  for (const word of words) {
    const lower = word.toLowerCase()
    const factor = scales.get(lower)
    const known = unitWords.get(word) ?? unitWords.get(lower) ?? (upright ? unitLetters.get(word) : undefined)
    if (factor) scale *= factor
    else if (lower === 'percent' || lower === 'percentage') percent = true
    else if (known) family ??= known === 'square' || known === 'cubic' || known === 'unit' ? null : known
    else if (lower === 'per' || (upright && lower === 'of')) continue
    else if (!upright || word.length < 2 || !/^\p{L}+'?\p{L}*$/u.test(word) || meaningfulWords.has(lower)) return null
  }
  return { family, scale, percent }
}

const plainNames: ReadonlyMap<string, string> = new Map([
  ...functionNames
    .filter((name) => name.length > 1 && name !== 'root' && name !== 'choose' && name !== 'factorial')
    .map((name) => [name, name] as const),
  ...['pi', 'theta', 'alpha', 'beta', 'gamma', 'lambda', 'omega'].map((name) => [name, name] as const),
  ['infinity', 'infty'],
  ['Infinity', 'infty'],
  ['inf', 'infty'],
  ['infty', 'infty'],
  ['oo', 'infty'],
  ['asin', 'arcsin'],
  ['acos', 'arccos'],
  ['atan', 'arctan'],
  ['Pi', 'pi'],
  ['PI', 'pi'],
  ['lg', 'lg'],
  ['tg', 'tan'],
])

/** The command a bare run of letters stands for (`sqrt`, `pi`); null for anything else. */
export const commandOfWord = (run: string): string | null => plainNames.get(run) ?? null

const shortWords = new Set('no on up so or if in is it to do go of ok us we he me my by be yes'.split(' '))

export const isShortUnit = (run: string): boolean => run.length <= 3 && unitWords.has(run)

/**
 * Whether a run of two or more letters is a word rather than a product of variables. `alone`: nothing but letters
 * stands in the answer, so that `dog` is a word, and `xyz` and `mgh` still are products.
 */
export function isWord(run: string, alone: boolean): boolean {
  if (unitWords.has(run.toLowerCase())) return true
  const lower = run.toLowerCase()
  if (run.length === 2) return alone && shortWords.has(lower)
  const vowels = lower.match(/[aeiou]/g)?.length ?? 0
  if (
    /^[abcxyz]+$/.test(run) ||
    (run.length <= 4 &&
      /^[A-Z]+$/.test(run) &&
      lower !== 'none' &&
      lower !== 'true' &&
      lower !== 'nan' &&
      lower !== 'yes')
  )
    return false
  if (alone) return vowels > 0 || run.length > 4
  return run.length >= 4 && (/[eiou]/.test(lower) || vowels >= 2)
}
