/** How the card's libraries are called, on a library that does what theirs document. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import koffi from 'koffi'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  type Driver,
  type Matrix,
  OutOfDeviceMemory,
  type Product,
} from '../../../src-main/engine/executors/cuda/driver.ts'
import type { Kernel, Launch } from '../../../src-main/engine/executors/cuda/kernel.ts'
import { cardState, libraryVersions } from '../../../src-main/engine/executors/cuda/native/card-state.ts'
import { openCompiler } from '../../../src-main/engine/executors/cuda/native/compiler.ts'
import { openCuda } from '../../../src-main/engine/executors/cuda/native/cuda.ts'
import { describeCard, openNativeDriver } from '../../../src-main/engine/executors/cuda/native/driver.ts'
import { checkedFunctions } from '../../../src-main/engine/executors/cuda/native/library.ts'
import { openMonitor, uuidOf } from '../../../src-main/engine/executors/cuda/native/monitor.ts'
import { nativePaths } from '../../../src-main/engine/executors/cuda/native/open.ts'
import { Recordings } from '../../../src-main/engine/executors/cuda/recordings.ts'
import { cardSampler } from '../../../src-main/rl/card-sampler.ts'
import { buildStandIn, standInMissing } from '../../helpers/nvidia-stand-in/build.ts'

const kernel: Kernel = {
  name: 'count_up',
  source: 'extern "C" __global__ void count_up(float* target, int count, float start, long long step) {}',
  parameters: ['pointer', 'int32', 'float32', 'int64'],
}
const launch: Launch = { kernel, grid: [2, 1, 1], block: [4, 1, 1], sharedBytes: 0 }
const missing = standInMissing()

describe.skipIf(missing !== undefined)(`a card's libraries${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let folder: string
  let path: string
  let driver: Driver
  const live = () => koffi.load(path).func('long standInLive()')() as number

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'quiver-stand-in-'))
    path = buildStandIn(folder)
    driver = openNativeDriver({ paths: { driver: path, compiler: path, products: path }, index: 0, cache: folder })
  })
  afterAll(() => {
    driver.dispose()
    expect(live()).toBe(0)
    rmSync(folder, { recursive: true })
  })

  const floats = (...values: number[]) => {
    const data = Float32Array.from(values)
    const span = { address: driver.allocate(data.byteLength), bytes: data.byteLength }
    driver.upload(span, data)
    return span
  }
  const read = (span: { address: number; bytes: number }) => {
    const data = new Float32Array(span.bytes / 4)
    driver.download(data, span)
    return [...data]
  }

  test('the card is described', () => {
    expect(driver.card).toEqual({
      index: 0,
      name: 'Stand-in 40',
      capability: 90,
      multiprocessors: 132,
      memory: 80 * 2 ** 30,
      sharedBytes: 232_448,
    })
    expect(() => describeCard(openCuda(path), 3)).toThrow('There is no card 3: the driver shows 1, from 0.')
  })

  test('memory goes there and back, in several pieces where it is large', () => {
    const data = Float32Array.from({ length: 5_000_000 }, (_, place) => place)
    const span = { address: driver.allocate(data.byteLength), bytes: data.byteLength }
    driver.upload(span, data)
    const back = new Float32Array(data.length)
    driver.download(back, span)
    expect(Buffer.compare(Buffer.from(back.buffer), Buffer.from(data.buffer))).toBe(0)
    driver.free(span.address)
    const small = floats(1, 2, 3, 4)
    driver.copy({ address: small.address, bytes: 8 }, { address: small.address + 8, bytes: 8 })
    driver.fill({ address: small.address + 8, bytes: 8 }, 0)
    expect(read(small)).toEqual([3, 4, 0, 0])
    driver.free(small.address)
  })

  test('arguments reach a kernel in their types; a recorded launch waits to be replayed', () => {
    const span = floats(0, 0, 0, 0, 0)
    const given = [{ ...span, access: 'write' as const }, 5, 0.5, 3]
    driver.launch(launch, given)
    expect(read(span)).toEqual([0.5, 3.5, 6.5, 9.5, 12.5])
    const recording = driver.record(() => driver.launch(launch, [given[0]!, 2, 7, -1]))
    expect(read(span)[0]).toBe(0.5)
    driver.replay(recording)
    expect(read(span)).toEqual([7, 6, 6.5, 9.5, 12.5])
    driver.launch({ ...launch, sharedBytes: 100_000 }, given)
    driver.order('upload', 'compute')
    recording.release()
    driver.free(span.address)
  })

  test('what fails is told by the call and its meaning', () => {
    koffi.load(path).func('void standInFail(int code)')(2)
    expect(() => driver.allocate(64)).toThrow(OutOfDeviceMemory)
    koffi.load(path).func('void standInFail(int code)')(700)
    expect(() => driver.allocate(64)).toThrow(
      /^cuMemAlloc_v2 failed: CUDA_ERROR_ILLEGAL_ADDRESS, an illegal memory access was encountered; with CUDA_LAUNCH_BLOCKING=1 .* \(700\)\.$/,
    )
    const wrong = { ...launch, kernel: { ...kernel, source: `${kernel.source} mistake` } }
    expect(() => driver.launch(wrong, [0, 1, 1, 1])).toThrow(
      /"count_up" does not compile for sm_90: nvrtcCompileProgram failed: NVRTC_ERROR_COMPILATION \(6\)\.\ncount_up\.cu\(1\)/,
    )
  })

  const tell = (name: string, code: number) => koffi.load(path).func(`void ${name}(int code)`)(code)

  test('code that the driver is too old for, more memory than a block has, numbers that do not fit', () => {
    const other = { ...launch, kernel: { ...kernel, source: `${kernel.source} // other` } }
    tell('standInRefuse', 222)
    expect(() => driver.launch(other, [0, 1, 1, 1])).toThrow(
      /does not take the code of nvrtc 12\.8 for sm_90: update the driver, .* cuModuleLoadData failed: .* \(222\)\./,
    )
    tell('standInRefuse', 2)
    expect(() => driver.launch(other, [0, 1, 1, 1])).toThrow(/^cuModuleLoadData failed: CUDA_ERROR_OUT_OF_MEMORY/)
    expect(() => driver.launch({ ...launch, sharedBytes: 300_000 }, [0, 1, 1, 1])).toThrow(
      'The kernel "count_up" wants 300000 bytes of shared memory, the card has 232448 a block.',
    )
    expect(() => driver.launch(launch, [0, 2 ** 31, 1, 1])).toThrow(
      'got 2147483648, expected a whole number of 32 bits',
    )
  })

  test('what cannot be recorded runs all the same, and says so once', async () => {
    const span = floats(0, 0)
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    onTestFinished(() => warned.mockRestore())
    const recordings = new Recordings(driver)
    const run = (start: number) => {
      recordings.run([1], 8, () => driver.launch(launch, [{ ...span, access: 'write' }, 2, start, 1]))
      return read(span)
    }
    expect(run(1)).toEqual([1, 2])
    tell('standInSpoil', 901)
    expect([run(3), run(5)]).toEqual([
      [3, 4],
      [5, 6],
    ])
    expect(warned.mock.calls).toEqual([
      [expect.stringMatching(/not recorded, which costs speed: cuStreamEndCapture failed/)],
    ])
    driver.free(span.address)
  })

  test('libraries are taken that the driver runs; what is too new, or lacks a function, is told', () => {
    for (const name of ['libcuda.so.1', 'libnvrtc.so.12', 'libnvrtc.so.13', 'libcublasLt.so.13'])
      copyFileSync(path, join(folder, name))
    const places = { platform: 'linux', environment: { QUIVER_CUDA: folder }, home: folder, root: folder } as const
    const names = () => Object.values(nativePaths(places)).map((each) => basename(each))
    expect(names()).toEqual(['libcuda.so.1', 'libnvrtc.so.13', 'libcublasLt.so.13'])
    koffi.load(join(folder, 'libcuda.so.1')).func('void standInVersion(int newest)')(12040)
    expect(names).toThrow(
      /driver runs CUDA 12\.4, and .*libcublasLt\.so\.13 is of a newer version: .*nvidia-cublas-cu12/,
    )
    copyFileSync(path, join(folder, 'libcublasLt.so.12'))
    expect(names()).toEqual(['libcuda.so.1', 'libnvrtc.so.12', 'libcublasLt.so.12'])
    expect(() => checkedFunctions(path, { cuNeverWas: 'int x' }, String)).toThrow(
      /^The library .*stand-in\.so has no "int cuNeverWas\(int x\)" as it is called here: a newer version/,
    )
  })

  test('the compiler’s own library is loaded before it is asked for by name', () => {
    const beside = join(folder, 'toolkit')
    mkdirSync(beside)
    copyFileSync(path, join(beside, 'libnvrtc.so.12'))
    const text =
      '#include <stdlib.h>\n__attribute__((constructor)) static void loaded(void) { setenv("QUIVER_BUILTINS", "here", 1); }'
    writeFileSync(join(beside, 'builtins.c'), text)
    const built = join(beside, 'libnvrtc-builtins.so.12.8')
    execFileSync('gcc', ['-shared', '-fPIC', '-o', built, join(beside, 'builtins.c')])
    expect(openCompiler(join(beside, 'libnvrtc.so.12')).name).toBe('nvrtc 12.8')
    expect(process.env.QUIVER_BUILTINS).toBe('here')
    delete process.env.QUIVER_BUILTINS
  })

  const matrix = (span: { address: number; bytes: number }, rowStride: number, more: Partial<Matrix> = {}): Matrix => ({
    ...{ ...span, storage: 'float32', rowStride, batchStride: 0, transposed: false, ...more },
  })
  const product = (of: Pick<Product, 'm' | 'n' | 'k' | 'a' | 'b' | 'd'> & Partial<Product>): Product => ({
    ...{ batch: 1, alpha: 1, beta: 0, tf32: false, ...of },
  })

  test('row-major products, transposed or not, with an addend, a bias, a batch', () => {
    const [a, b] = [floats(1, 2, 3, 4, 5, 6), floats(1, 0, 2, -1, 3, 1)]
    const d = floats(9, 9, 9, 9, 9, 9, 9, 9)
    const sizes = { m: 2, n: 2, k: 3 }
    const run = (more: Partial<Product>, ax = matrix(a, 3), bx = matrix(b, 2)) => {
      driver.multiply(product({ ...sizes, a: ax, b: bx, d: matrix(d, 2), ...more }))
      return read(d).slice(0, 4)
    }
    expect(run({})).toEqual([14, 1, 32, 1])
    expect(run({ alpha: 0.5, beta: 1, c: matrix(floats(1, 1, 2, 2), 2) })).toEqual([8, 1.5, 18, 2.5])
    expect(run({ bias: floats(10, 20) })).toEqual([24, 21, 42, 21])
    // a as [3, 2] read the other way: rows 1 3 5 and 2 4 6; b as [2, 3] read the other way: rows 1 -1, 0 3, 2 1.
    expect(run({}, matrix(a, 2, { transposed: true }))).toEqual([22, 2, 28, 2])
    expect(run({}, matrix(a, 3), matrix(b, 3, { transposed: true }))).toEqual([7, 8, 16, 17])
    const batch = { batch: 2, d: matrix(d, 2, { batchStride: 4 }), m: 2, n: 2, k: 1 }
    driver.multiply(product({ ...batch, a: matrix(a, 1, { batchStride: 2 }), b: matrix(b, 2) }))
    expect(read(d)).toEqual([1, 0, 2, 0, 3, 0, 4, 0])
  })

  test('a run samples the counters of its card, and none where there is no such card', () => {
    const paths = { driver: path, monitor: path }
    expect(cardSampler('cuda', paths)!()).toEqual({
      ...{ utilization: 0.93, memoryUsed: 10 * 2 ** 30, memoryTotal: 80 * 2 ** 30, powerWatts: 512.3 },
    })
    expect(cardSampler('cuda:1', paths)).toBeUndefined()
    expect(cardSampler('cpu', paths)).toBeUndefined()
    koffi.load(path).func('int nvmlShutdown()')()
  })

  test('a card is told in numbers; without NVML in those of the driver; elsewhere there is none', () => {
    const card = { name: 'Stand-in 40', capability: '9.0', cuda: '13.0', memoryTotal: 80 * 2 ** 30 }
    const told = {
      ...{ driver: '580.1', memoryFree: 70 * 2 ** 30, clockMhz: 1980, memoryClockMhz: 2619, utilization: 0.93 },
      ...{ powerWatts: 512.3, temperatureCelsius: null },
    }
    expect(cardState('cuda', { driver: path, monitor: path })).toEqual({ ...card, ...told })
    const untold = Object.fromEntries(Object.keys(told).map((name) => [name, null]))
    expect(cardState('cuda:0', { driver: path })).toEqual({ ...card, ...untold })
    for (const device of ['cuda:1', 'cpu', 'ort-cuda']) expect(cardState(device, { driver: path })).toBeNull()
    expect(cardState('cuda', { driver: join(folder, 'none') })).toBeNull()
    expect(libraryVersions({ compiler: path, products: path })).toEqual(['NVRTC 12.8', 'cuBLASLt 12.8.3'])
    expect(libraryVersions({ products: join(folder, 'none') })).toEqual([])
  })

  test('a card is monitored; what it does not tell is not a number', () => {
    const cuda = openCuda(path)
    const monitor = openMonitor(path, uuidOf(cuda, describeCard(cuda, 0)))
    expect([monitor.driverVersion, monitor.cards]).toEqual(['580.1', 1])
    expect(monitor.sample()).toEqual({
      memoryTotal: 80 * 2 ** 30,
      memoryUsed: 10 * 2 ** 30,
      utilization: 0.93,
      memoryUtilization: 0.41,
      clockMhz: 1980,
      memoryClockMhz: 2619,
      powerWatts: 512.3,
      temperatureCelsius: Number.NaN,
    })
    monitor.close()
    expect(() => openMonitor(path, 1)).toThrow('nvmlDeviceGetHandleByIndex_v2 failed: Not Found (2).')
  })
})
