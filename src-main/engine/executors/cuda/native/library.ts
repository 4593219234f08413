/** A shared library whose functions return a code: anything but 0 becomes an error that names the call. */
import koffi, { type LibraryHandle } from 'koffi'

export type Code = (...given: readonly unknown[]) => void

export class CallError extends Error {
  override readonly name = 'CallError'
  readonly code: number
  constructor(call: string, code: number, meaning: string) {
    super(`${call} failed: ${meaning} (${code}).`)
    this.code = code
  }
}

/** Declares functions by C prototypes; each throws a `CallError` for a code other than 0. */
export function checkedFunctions<Names extends string>(
  path: string,
  prototypes: Readonly<Record<Names, string>>,
  meaningOf: (code: number) => string,
): Readonly<Record<Names, Code>> {
  const library = koffi.load(path)
  const declare = ([name, parameters]: [string, string]) => {
    const call = declared(library, path, `int ${name}(${parameters})`)
    return [
      name,
      (...given: readonly unknown[]) => {
        const code: number = call(...given)
        if (code !== 0) throw new CallError(name, code, meaningOf(code))
      },
    ]
  }
  return Object.fromEntries(Object.entries<string>(prototypes).map(declare)) as Record<Names, Code>
}

/** Throws a sentence where the library has no such function. */
function declared(library: LibraryHandle, path: string, prototype: string) {
  try {
    return library.func(prototype)
  } catch (error) {
    const sentence = `The library ${path} has no "${prototype}" as it is called here: a newer version of it is needed.`
    throw new Error(sentence, { cause: error })
  }
}

/** A function that returns text. */
export function textFunction(path: string, prototype: string): (code: number) => string {
  return declared(koffi.load(path), path, prototype) as (code: number) => string
}

/** Room for a number or a pointer that a function writes. */
export const outNumber = () => new Int32Array(1)
export const outPointer = () => new BigUint64Array(1)
