import { protectedComma, thinSpace } from './clean.ts'
import { commandOfWord, isShortUnit, isWord } from './words.ts'

/**
 * `mark` is punctuation, an operator or a relation; `text` upright text, unread; `environment` a matrix or the like,
 * unread; `word` a word that is no product of variables.
 */
export interface Token {
  readonly type: 'number' | 'symbol' | 'command' | 'word' | 'text' | 'environment' | 'mark'
  readonly text: string
  /** Whether blank space stands before it. */
  readonly spaced: boolean
  /** Of `text`, its command; of `environment`, its name; of a `command` written without a backslash, `plain`. */
  readonly family?: string
}

export interface TokenOptions {
  /** Whether `1,000` is one number; otherwise every comma parts. */
  readonly thousands: boolean
  /** Whether every run of letters is a word. */
  readonly words?: boolean
}

const tokenLimit = 2000

/** Commands that are another way to write a mark. */
const marks: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cdot: '*',
    times: '*',
    ast: '*',
    div: '/',
    pm: '±',
    mp: '∓',
    le: '≤',
    leq: '≤',
    leqslant: '≤',
    leqq: '≤',
    ge: '≥',
    geq: '≥',
    geqslant: '≥',
    geqq: '≥',
    lt: '<',
    gt: '>',
    ne: '≠',
    neq: '≠',
    approx: '≈',
    approxeq: '≈',
    simeq: '≈',
    in: '∈',
    cup: '∪',
    bigcup: '∪',
    lbrace: '⦃',
    rbrace: '⦄',
    lbrack: '[',
    rbrack: ']',
    langle: '⟨',
    rangle: '⟩',
    lvert: '|',
    rvert: '|',
    vert: '|',
    mid: '|',
    lfloor: '⌊',
    rfloor: '⌋',
    lceil: '⌈',
    rceil: '⌉',
    colon: ':',
    quad: 'gap',
    qquad: 'gap',
    newline: 'gap',
    land: 'and',
    wedge: 'and',
    lor: 'or',
    vee: 'or',
    degree: '°',
    ldots: '…',
    dots: '…',
    cdots: '…',
    dotsc: '…',
    prime: "'",
    lparen: '(',
    rparen: ')',
  }),
)
const greek = new Set(
  `alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho varrho sigma tau upsilon
  phi varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega ell hbar`.split(/\s+/),
)
const textCommands = new Set(
  `text textrm textbf textit textnormal textsf texttt textup mbox hbox emph mathrm mathbf mathit mathsf mathnormal operatorname
  bm boldsymbol mathop underline`.split(/\s+/),
)
const decorations = new Set(
  'vec hat bar overline tilde overrightarrow overleftrightarrow widehat widetilde dot ddot mathcal mathbb mathfrak mathscr'.split(
    ' ',
  ),
)
const connectives: ReadonlyMap<string, string> = new Map([
  ['or', 'or'],
  ['and', 'and'],
  [',', ','],
  [', and', ','],
  [', or', 'or'],
  ['and/or', 'or'],
  [';', ';'],
  [',and', ','],
])

/** Cuts a cleaned answer into tokens; null when it has more than the limit or a group that does not end. */
export function tokenize(text: string, options: TokenOptions): Token[] | null {
  return new Scanner(text, options).scan()
}

const numberPattern = /\d+(?:[,\ue001\u2009 ]\d+)*|(?=\.(?:\d|\\overline|\\bar))/y
const fractionPart = /\.(\d*)(?:\\(?:overline|bar|dot)\s*\{?(\d+)\}?|\((\d+)\))?/y
const exponentPart = /[eE]([+-]?\d+)(?![a-zA-Z\d.])/y

class Scanner {
  readonly #text: string
  readonly #options: TokenOptions
  readonly #alone: boolean
  readonly #tokens: Token[] = []
  #at = 0
  #depth = 0
  #spaced = false

  constructor(text: string, options: TokenOptions) {
    this.#text = text
    this.#options = options
    this.#alone = /^[\p{L}\s.,;:'"’()?!-]*$/u.test(text)
  }

  scan(): Token[] | null {
    while (this.#at < this.#text.length) {
      if (this.#tokens.length > tokenLimit || !this.#next()) return null
    }
    return this.#tokens
  }

  #push(type: Token['type'], text: string, family?: string): true {
    this.#tokens.push({ type, text, spaced: this.#spaced, ...(family ? { family } : {}) })
    this.#spaced = false
    return true
  }

  #next(): boolean {
    const character = this.#text[this.#at]!
    if (/[\s\u2009]/.test(character)) {
      this.#at++
      this.#spaced = true
      return true
    }
    if (/[\d.]/.test(character) && this.#number()) return true
    if (character === '\\') return this.#command()
    if (/\p{L}/u.test(character)) return this.#letters()
    return this.#punctuation(character)
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)
  }

  /** Token text of a number: digits with an optional point, `(…)` around a period, and an `e` exponent. */
  #number(): boolean {
    const whole = this.#match(numberPattern)
    if (!whole) return false
    const digits = this.#grouped(whole[0])
    this.#at += digits.length
    let text = digits.replace(/[^\d]/g, '')
    const fraction = this.#match(fractionPart)
    if (fraction && !this.#text.startsWith('..', this.#at)) {
      const period = fraction[2] ?? fraction[3]
      text += `.${fraction[1]}${period ? `(${period})` : ''}`
      this.#at += fraction[0].length
    }
    const exponent = this.#match(exponentPart)
    if (exponent) {
      text += `e${exponent[1]}`
      this.#at += exponent[0].length
    }
    return this.#push('number', text)
  }

  /** As much of a run of digits and separators as is one number: all of it when its groups are thousands. */
  #grouped(run: string): string {
    const plain = /^\d+/.exec(run)?.[0] ?? ''
    const separators =
      this.#options.thousands && this.#depth === 0
        ? [',', protectedComma, thinSpace, ' ']
        : [protectedComma, thinSpace, ' ']
    for (const separator of separators) {
      const end = run.search(new RegExp(`[^\\d${separator}]`))
      const candidate = end < 0 ? run : run.slice(0, end)
      const groups = candidate.split(separator)
      if (groups.length > 1 && groups[0]!.length <= 3 && groups.slice(1).every((group) => group.length === 3))
        return candidate
    }
    return plain
  }

  #command(): boolean {
    const name = /^\\([a-zA-Z]+)\*?/.exec(this.#text.slice(this.#at, this.#at + 40))?.[1]
    if (name === undefined) return this.#escape()
    this.#at += 1 + name.length
    const mark = marks.get(name)
    if (mark !== undefined) return this.#mark(mark)
    if (textCommands.has(name)) return this.#upright(name)
    if (decorations.has(name)) return this.#decorated(name)
    if (name === 'begin') return this.#environment()
    if (greek.has(name)) return this.#symbol(`\\${name}`)
    if (name === 'emptyset' || name === 'varnothing') {
      this.#mark('⦃')
      return this.#mark('⦄')
    }
    return this.#push('command', name)
  }

  #escape(): boolean {
    const escaped = this.#text[this.#at + 1] ?? ''
    this.#at += 2
    if (escaped === '{') return this.#mark('⦃')
    if (escaped === '}') return this.#mark('⦄')
    if (escaped === '\\') return this.#mark('gap')
    if (escaped === '|') return this.#push('command', '‖')
    if (escaped === '%' || escaped === '&' || escaped === '#' || escaped === '_') return this.#mark(escaped)
    return this.#push('command', escaped)
  }

  #mark(mark: string): true {
    if ('([⦃⟨'.includes(mark)) this.#depth++
    if (')]⦄⟩'.includes(mark)) this.#depth = Math.max(0, this.#depth - 1)
    return this.#push('mark', mark)
  }

  #upright(name: string): boolean {
    const content = this.#group()
    if (content === null) return false
    const connective = connectives.get(content.trim().toLowerCase())
    if (connective !== undefined) return this.#push('mark', connective)
    if (content.trim() === '') {
      this.#spaced = true
      return true
    }
    return this.#push('text', content, name)
  }

  #decorated(name: string): boolean {
    const content = this.#group()
    if (content === null) return false
    const inner = content.replace(/[\s{}\u2009]/g, '')
    return this.#symbol(name === 'mathcal' || name === 'mathscr' ? inner : `\\${name}{${inner}}`)
  }

  /** An environment with its rows as text; those inside it are found again when the rows are read. */
  #environment(): boolean {
    const name = this.#group()?.trim()
    if (!name || !/^[a-zA-Z]+\*?$/.test(name)) return false
    const open = `\\begin{${name}}`
    const close = `\\end{${name}}`
    let depth = 1
    let at = this.#at
    while (depth > 0) {
      const end = this.#text.indexOf(close, at)
      if (end < 0) return false
      const nested = this.#text.indexOf(open, at)
      depth += nested >= 0 && nested < end ? 1 : -1
      at = nested >= 0 && nested < end ? nested + open.length : end + close.length
    }
    const content = this.#text.slice(this.#at, at - close.length)
    this.#at = at
    return this.#push('environment', content, name)
  }

  /** The content of the group in braces here, or the one character; null when the group does not end. */
  #group(): string | null {
    while (/[\s\u2009]/.test(this.#text[this.#at] ?? '')) this.#at++
    if (this.#text[this.#at] !== '{') {
      const single = /^(?:\\[a-zA-Z]+|\d+|[^{}\\])/.exec(this.#text.slice(this.#at, this.#at + 40))?.[0]
      this.#at += single?.length ?? 0
      return single ?? null
    }
    let depth = 0
    for (let at = this.#at; at < this.#text.length; at++) {
      if (this.#text[at] === '\\') at++
      else if (this.#text[at] === '{') depth++
      else if (this.#text[at] === '}' && --depth === 0) {
        const content = this.#text.slice(this.#at + 1, at)
        this.#at = at + 1
        return content
      }
    }
    return null
  }

  #letters(): boolean {
    const run = /^\p{L}+/u.exec(this.#text.slice(this.#at))![0]
    const lower = run.toLowerCase()
    if (run.length > 1) {
      const command = this.#options.words ? null : commandOfWord(run)
      this.#at += run.length
      if (lower === 'or' || lower === 'and') return this.#push('mark', lower)
      if (command) return this.#push('command', command, 'plain')
      if (this.#options.words || !/^[A-Za-z]+$/.test(run) || this.#isWord(run)) return this.#push('word', run)
      this.#at -= run.length
    } else if (!/[A-Za-z]/.test(run)) {
      this.#at += run.length
      return this.#push('word', run)
    }
    const letter = run[0]!
    this.#at++
    return this.#symbol(letter)
  }

  /** A short unit is a word only after a number: elsewhere `km` is a product. */
  #isWord(run: string): boolean {
    const previous = this.#tokens.at(-1)
    const afterNumber = previous?.type === 'number' || previous?.text === '}'
    return isShortUnit(run) ? afterNumber : isWord(run, this.#alone)
  }

  /** A symbol with its subscript and primes, which are part of its name. */
  #symbol(base: string): boolean {
    let name = base
    for (;;) {
      const next = this.#text.slice(this.#at, this.#at + 12)
      const prime = /^(?:\s*'|\^\s*\\prime(?![a-zA-Z])|\^\{\s*(?:\\prime|')\s*\})/.exec(next)
      if (prime) {
        name += "'"
        this.#at += prime[0].length
      } else if (/^\s*_/.test(next)) {
        this.#at = this.#text.indexOf('_', this.#at) + 1
        const subscript = this.#group()
        if (subscript === null) return false
        name += `_${subscript.replace(/\\(?:text|mathrm|mbox)(?![a-zA-Z])|[\s{}\u2009]/g, '')}`
      } else return this.#push('symbol', name)
    }
  }

  #punctuation(character: string): boolean {
    const two = this.#text.slice(this.#at, this.#at + 2)
    const pair = { '<=': '≤', '>=': '≥', '!=': '≠', '**': '^', '==': '=' }[two]
    if (this.#text.startsWith('...', this.#at)) {
      this.#at += 3
      return this.#mark('…')
    }
    const degree = /^\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![a-zA-Z]))/.exec(this.#text.slice(this.#at, this.#at + 20))
    if (degree) {
      this.#at += degree[0].length
      return this.#mark('°')
    }
    this.#at += pair ? 2 : character.length
    return this.#mark(pair ?? character)
  }
}
