/** Kernel texts as a shared library for the host, by g++; kept in the temporary folder under their hash. */
import { execFileSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Kernel } from '../../../src-main/engine/executors/cuda/kernel.ts'

const here = import.meta.dirname
const read = (name: string): string => readFileSync(join(here, name), 'utf8')
const headers = ['runtime.h', 'shim.h', 'tensor-core.h']
const compiler = 'g++'
const shared = ['-std=c++17', '-shared', '-fPIC', '-fvisibility=hidden', '-fno-strict-aliasing', '-w']
// Local variables that a kernel reads before it writes them hold a pattern no result survives.
const kernelFlags = [...shared, '-O1', '-ftrivial-auto-var-init=pattern', '-fno-gnu-unique']
const runtimeFlags = ['-std=c++17', '-shared', '-fPIC', '-O2', '-w']

/** Why nothing can be emulated here; undefined where it can. */
export function emulationMissing(): string | undefined {
  if (process.platform !== 'linux') return `the emulator runs on Linux, not on ${process.platform}`
  try {
    execFileSync(compiler, ['--version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return `there is no ${compiler}`
  }
}

function folder(): string {
  const path = join(tmpdir(), `quiver-cuda-emulator-${userInfo().uid}`)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return path
}

/** The library of a text, compiled unless it lies there; renamed into place, so that another process finds all or nothing. */
function library(text: string, flags: readonly string[]): string {
  const hash = createHash('sha256').update([...flags, text].join('\0'))
  const path = join(folder(), `${hash.digest('hex').slice(0, 32)}.so`)
  if (existsSync(path)) return path
  const temporary = join(folder(), randomUUID())
  writeFileSync(`${temporary}.cpp`, text)
  execFileSync(compiler, [...flags, '-I', here, '-o', `${temporary}.so`, `${temporary}.cpp`], { maxBuffer: 2 ** 26 })
  renameSync(`${temporary}.cpp`, path.replace(/so$/, 'cpp'))
  renameSync(`${temporary}.so`, path)
  return path
}

/** The library that runs launches and holds their memory. */
export function runtimeLibrary(): string {
  // The header's text goes in, so that the hash covers it.
  return library(read('runtime.cpp').replace('#include "runtime.h"', read('runtime.h')), runtimeFlags)
}

/** Each kernel in a namespace of its own, its static shared memory in a section that the runtime can poison. */
function namespaceOf({ name, source }: Kernel, index: number, prefix: string): string {
  const section = `shared_${prefix}_${index}`
  return [
    '#undef __shared__',
    `#define __shared__ static __attribute__((section("${section}")))`,
    `extern "C" { extern unsigned char __start_${section}[] __attribute__((weak)), __stop_${section}[] __attribute__((weak)); }`,
    `namespace kernel${index} {`,
    `#line 1 "${name}.cu"`,
    source,
    '}',
  ].join('\n')
}

function entryOf({ name }: Kernel, index: number, prefix: string): string {
  const section = `shared_${prefix}_${index}`
  const call = `[](const unsigned char* arguments) { emulatedInvoke(kernel${index}::${name}, arguments); }`
  return `{"${name}", emulatedSignature(kernel${index}::${name}), ${call}, __start_${section}, __stop_${section}}`
}

/** One library with all of `kernels`, found by their index. */
export function kernelLibrary(kernels: readonly Kernel[]): string {
  const sources = kernels.map(({ source }) => source).join('\0')
  // The headers are part of what the text depends on.
  const prefix = createHash('sha256')
    .update([...headers.map(read), sources].join('\0'))
    .digest('hex')
    .slice(0, 16)
  const text = [
    '#include "tensor-core.h"',
    ...kernels.map((kernel, index) => namespaceOf(kernel, index, prefix)),
    '#line 1 "table"',
    'extern "C" const char* emulatedRun(const EmulatedKernel*, const EmulatedLaunch*, const unsigned char*);',
    `static const EmulatedKernel kernels[] = {${kernels.map((kernel, index) => entryOf(kernel, index, prefix)).join(',\n')}};`,
    '#define EXPORTED extern "C" __attribute__((visibility("default")))',
    'EXPORTED const char* emulatedSignatureAt(int index) { return kernels[index].signature; }',
    'EXPORTED const char* emulatedRunAt(int index, const EmulatedLaunch* launch, const unsigned char* arguments) {',
    '  return emulatedRun(&kernels[index], launch, arguments);',
    '}',
    '',
  ].join('\n')
  return library(text, kernelFlags)
}
