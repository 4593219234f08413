/**
 * A dimension: a number, or a polynomial over named sizes in canonical text ("4*block+past"). Programs are built once
 * with symbolic dims and run at any size that binds the names.
 */
export type Dim = number | string
export type Shape = readonly Dim[]

/** Monomial ("" for the constant, "batch*time" with sorted factors) to its integer coefficient. */
type Polynomial = Map<string, number>

const parsed = new Map<string, Polynomial>()

/** Programs name few dims and bind them on every run, so texts are parsed once. */
function parse(dim: Dim): Polynomial {
  if (typeof dim === 'number') return new Map([['', dim]])
  const known = parsed.get(dim)
  if (known) return known
  const terms = parseText(dim)
  parsed.set(dim, terms)
  return terms
}

function parseText(dim: string): Polynomial {
  const terms: Polynomial = new Map()
  for (const term of dim.replaceAll('-', '+-').split('+')) {
    if (term === '') continue
    const [coefficient, names] = parseTerm(term)
    terms.set(names, (terms.get(names) ?? 0) + coefficient)
  }
  return terms
}

function parseTerm(term: string): [number, string] {
  const negative = term.startsWith('-')
  let coefficient = negative ? -1 : 1
  const names: string[] = []
  for (const factor of (negative ? term.slice(1) : term).split('*')) {
    if (/^\d+$/.test(factor)) coefficient *= Number(factor)
    else names.push(factor)
  }
  return [coefficient, names.sort().join('*')]
}

function format(polynomial: Polynomial): Dim {
  const terms = [...polynomial].filter(([, coefficient]) => coefficient !== 0)
  if (terms.every(([names]) => names === '')) return terms[0]?.[1] ?? 0
  const text = terms
    .sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1))
    .map(([names, coefficient]) =>
      names === ''
        ? String(coefficient)
        : coefficient === 1
          ? names
          : coefficient === -1
            ? `-${names}`
            : `${coefficient}*${names}`,
    )
  return text.join('+').replaceAll('+-', '-')
}

export function addDims(...dims: Dim[]): Dim {
  const sum: Polynomial = new Map()
  for (const dim of dims) {
    for (const [names, coefficient] of parse(dim)) sum.set(names, (sum.get(names) ?? 0) + coefficient)
  }
  return format(sum)
}

export function multiplyDims(...dims: Dim[]): Dim {
  return dims.reduce<Dim>((left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return left * right
    const product: Polynomial = new Map()
    for (const [a, x] of parse(left)) {
      for (const [b, y] of parse(right)) {
        const names = [...a.split('*'), ...b.split('*')].filter(Boolean).sort().join('*')
        product.set(names, (product.get(names) ?? 0) + x * y)
      }
    }
    return format(product)
  }, 1)
}

export function subtractDims(left: Dim, right: Dim): Dim {
  return addDims(left, multiplyDims(-1, right))
}

/** The terms of a dim, for executors that compute sizes at run time: coefficient times the product of names. */
export function dimTerms(dim: Dim): { coefficient: number; names: string[] }[] {
  return [...parse(dim)].map(([names, coefficient]) => ({ coefficient, names: names.split('*').filter(Boolean) }))
}

/** The size under a binding of names; throws when a name is unbound. */
export function evaluateDim(dim: Dim, sizes: ReadonlyMap<string, number>): number {
  if (typeof dim === 'number') return dim
  let total = 0
  for (const { coefficient, names } of dimTerms(dim)) {
    total += names.reduce((product, name) => {
      const size = sizes.get(name)
      if (size === undefined) throw new Error(`The size "${name}" in dim "${dim}" is unbound.`)
      return product * size
    }, coefficient)
  }
  return total
}

/** Binds bare names of a declared shape to the sizes of actual data; throws on a rank or size mismatch. */
export function bindShape(what: string, declared: Shape, actual: readonly number[], sizes: Map<string, number>): void {
  const mismatch = () => new Error(`${what} has shape [${actual}], expected [${declared}] with ${formatSizes(sizes)}.`)
  if (declared.length !== actual.length) throw mismatch()
  declared.forEach((dim, axis) => {
    const size = actual[axis]!
    if (typeof dim === 'string' && /^[A-Za-z]\w*$/.test(dim) && !sizes.has(dim)) sizes.set(dim, size)
  })
  declared.forEach((dim, axis) => {
    if (typeof dim === 'string' && dimTerms(dim).some(({ names }) => names.some((name) => !sizes.has(name)))) return
    if (evaluateDim(dim, sizes) !== actual[axis]) throw mismatch()
  })
}

function formatSizes(sizes: ReadonlyMap<string, number>): string {
  return sizes.size === 0 ? 'no sizes bound' : [...sizes].map(([name, size]) => `${name} = ${size}`).join(', ')
}

export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Shape of an elementwise result under NumPy broadcasting. */
export function broadcastShapes(what: string, ...shapes: Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, axis) => {
    let result: Dim = 1
    for (const shape of shapes) {
      const dim = shape[axis - rank + shape.length] ?? 1
      if (dim === 1 || dim === result) continue
      if (result !== 1)
        throw new Error(`${what}: shapes ${shapes.map((s) => `[${s}]`).join(' and ')} do not broadcast.`)
      result = dim
    }
    return result
  })
}

export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((dim, axis) => dim === right[axis])
}
