/** Numbers and signatures that the libraries are called by, held against NVIDIA's headers where these are installed. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { prototypes as compiler } from '../../../src-main/engine/executors/cuda/native/compiler.ts'
import { cublasLt, cuda, heuristicResult, nvml } from '../../../src-main/engine/executors/cuda/native/constants.ts'
import { prototypes as driver } from '../../../src-main/engine/executors/cuda/native/cuda.ts'
import { prototypes as monitor } from '../../../src-main/engine/executors/cuda/native/monitor.ts'
import { prototypes as products } from '../../../src-main/engine/executors/cuda/native/products.ts'

const hostCompiler = 'g++'
const roots = [process.env.CUDA_HOME, process.env.CUDA_PATH, '/usr/local/cuda'].filter((root) => root !== undefined)
const folder = roots.map((root) => join(root, 'include')).find((each) => existsSync(join(each, 'cuda.h')))

type Prototypes = Readonly<Record<string, string>>

const headers: Readonly<Record<string, { prototypes: Prototypes; numbers: Readonly<Record<string, number>> }>> = {
  'cuda.h': { prototypes: driver, numbers: cuda },
  'nvrtc.h': { prototypes: compiler, numbers: {} },
  'cublasLt.h': {
    prototypes: products,
    numbers: { ...cublasLt, 'sizeof(cublasLtMatmulHeuristicResult_t)': heuristicResult.bytes },
  },
  'nvml.h': { prototypes: monitor, numbers: nvml },
}

/** A parameter as the calling convention sees it: its bytes, and the bytes behind a typed pointer. */
const letters = `
template <class T> void letter() {
  if constexpr (std::is_pointer_v<T>) {
    typedef std::remove_const_t<std::remove_pointer_t<T>> Pointee;
    if constexpr (std::is_void_v<Pointee> || std::is_function_v<Pointee>) printf(" 8>?");
    else printf(" 8>%zu", known<Pointee>());
  } else printf(" %zu", sizeof(T));
}
template <class T> struct Signature;
template <class R, class... A> struct Signature<R(A...)> {
  static void print(const char* name) { printf("%s", name); (letter<A>(), ...); printf("\\n"); }
};
`
const sizes = `
#include <cstdio>
#include <type_traits>
template <class T, class = void> struct Size { static size_t of() { return 0; } };
template <class T> struct Size<T, std::void_t<decltype(sizeof(T))>> { static size_t of() { return sizeof(T); } };
template <class T> size_t known() { return Size<T>::of(); }
`

const bytes: Readonly<Record<string, number>> = {
  uint8_t: 1,
  char: 1,
  int: 4,
  uint32_t: 4,
  size_t: 8,
  uint64_t: 8,
  int64_t: 8,
}

/** What koffi is told of a function, a word for each parameter. */
const told = (parameters: string): string[] =>
  parameters === ''
    ? []
    : parameters.split(',').map((each) => {
        const type = each
          .trim()
          .replace(/^const /, '')
          .replace(/ \w+$/, '')
        const base = type.replaceAll('*', '')
        return type.includes('*')
          ? `8>${base === 'void' ? '?' : type.includes('**') ? 8 : bytes[base]}`
          : String(bytes[base])
      })

/** A handle may be passed as a number of 64 bits; `void*` leads to anything. */
function agree(ours: string, theirs: string): boolean {
  const [size, behind] = ours.split('>')
  const [theirSize, theirBehind] = theirs.split('>')
  if (size !== theirSize) return false
  return behind === undefined || behind === '?' || behind === theirBehind
}

function printed(header: string, { prototypes, numbers }: (typeof headers)[string]): string[] {
  const place = mkdtempSync(join(tmpdir(), 'quiver-headers-'))
  try {
    const signatures = Object.keys(prototypes).map((name) => `  Signature<decltype(${name})>::print("${name}");`)
    const constants = Object.keys(numbers).map((name) => `  printf("${name} %lld\\n", (long long)(${name}));`)
    const main = `int main() {\n${[...signatures, ...constants].join('\n')}\n}\n`
    writeFileSync(join(place, 'print.cpp'), `#include <${header}>\n${sizes}${letters}${main}`)
    const program = join(place, 'print')
    execFileSync(hostCompiler, ['-std=c++17', '-w', '-I', folder!, '-o', program, join(place, 'print.cpp')])
    return execFileSync(program, { encoding: 'utf8' }).trim().split('\n')
  } finally {
    rmSync(place, { recursive: true })
  }
}

describe('NVIDIA’s headers', () => {
  for (const [header, ours] of Object.entries(headers)) {
    const missing = !folder || !existsSync(join(folder, header))
    test.skipIf(missing)(`${header}${missing ? ', skipped: it is not installed' : ''}`, () => {
      const lines = new Map(printed(header, ours).map((line) => [line.replace(/ .*/, ''), line.split(' ').slice(1)]))
      for (const [name, number] of Object.entries(ours.numbers))
        expect([name, lines.get(name)?.at(-1)]).toEqual([name, String(number)])
      for (const [name, parameters] of Object.entries(ours.prototypes)) {
        const [mine, theirs] = [told(parameters), lines.get(name)!]
        const same = mine.length === theirs.length && mine.every((each, place) => agree(each, theirs[place]!))
        expect(same ? name : `${name}: told ${mine.join(' ')}, declared ${theirs.join(' ')}`).toBe(name)
      }
    })
  }
})
