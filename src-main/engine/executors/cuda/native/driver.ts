/** A card through NVIDIA's libraries. */
import {
  type Address,
  type Argument,
  type Card,
  type Driver,
  type HostData,
  OutOfDeviceMemory,
  type Product,
  type Recording,
  type Span,
  type Stream,
} from '../driver.ts'
import type { Kernel, Launch } from '../kernel.ts'
import { openCompiler } from './compiler.ts'
import { cuda as constants } from './constants.ts'
import { type CudaFunctions, openCuda } from './cuda.ts'
import { Launcher } from './launcher.ts'
import { CallError, outNumber, outPointer } from './library.ts'
import { Products, workspaceBytes } from './products.ts'
import { pinned, Staging } from './staging.ts'

export interface NativePaths {
  readonly driver: string
  readonly compiler: string
  readonly products: string
}

export interface NativeOptions {
  readonly paths: NativePaths
  /** Of the card, from 0. */
  readonly index: number
  /** Folder of compiled kernels. */
  readonly cache: string
}

function attribute(cuda: CudaFunctions, device: number, number: number): number {
  const value = outNumber()
  cuda.cuDeviceGetAttribute(value, number, device)
  return value[0]!
}

/** Cards that the driver shows. */
function cardCount(cuda: CudaFunctions): number {
  cuda.cuInit(0)
  const count = outNumber()
  cuda.cuDeviceGetCount(count)
  return count[0]!
}

export function describeCard(cuda: CudaFunctions, index: number): Card & { readonly device: number } {
  const count = cardCount(cuda)
  if (index >= count)
    throw new Error(`There is no card ${index}: the driver shows ${count === 0 ? 'none' : `${count}, from 0`}.`)
  const [device, name, bytes] = [outNumber(), new Uint8Array(256), outPointer()]
  cuda.cuDeviceGet(device, index)
  cuda.cuDeviceGetName(name, name.length, device[0])
  cuda.cuDeviceTotalMem_v2(bytes, device[0])
  const of = (number: number) => attribute(cuda, device[0]!, number)
  return {
    index,
    device: device[0]!,
    name: new TextDecoder().decode(name).replace(/\0.*$/s, ''),
    capability:
      10 * of(constants.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR) +
      of(constants.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
    multiprocessors: of(constants.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
    memory: Number(bytes[0]),
    sharedBytes: of(constants.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
  }
}

class NativeDriver implements Driver {
  readonly card: Card
  readonly #cuda: CudaFunctions
  readonly #device: number
  readonly #streams: Readonly<Record<Stream, bigint>>
  readonly #events: Readonly<Record<Stream, bigint>>
  readonly #launcher: Launcher
  readonly #staging: Staging
  readonly #products: Products
  readonly #blocks = new Set<Address>()
  readonly #hostBlocks = new Set<Address>()
  readonly #recordings = new Set<bigint>()

  constructor(cuda: CudaFunctions, { paths, index, cache }: NativeOptions) {
    this.#cuda = cuda
    const { device, ...card } = describeCard(cuda, index)
    this.card = card
    this.#device = device
    const context = outPointer()
    cuda.cuDevicePrimaryCtxRetain(context, device)
    cuda.cuCtxSetCurrent(context[0])
    const stream = () => {
      const handle = outPointer()
      cuda.cuStreamCreate(handle, constants.CU_STREAM_NON_BLOCKING)
      return handle[0]!
    }
    const event = () => {
      const handle = outPointer()
      cuda.cuEventCreate(handle, constants.CU_EVENT_DISABLE_TIMING)
      return handle[0]!
    }
    this.#streams = { compute: stream(), upload: stream(), download: stream() }
    this.#events = { compute: event(), upload: event(), download: event() }
    const compiler = openCompiler(paths.compiler)
    this.#launcher = new Launcher(cuda, { compiler, ...card, cache })
    this.#staging = new Staging(cuda, this.#streams.compute)
    this.#products = new Products(paths.products, this.allocate(workspaceBytes))
  }

  allocate(bytes: number): Address {
    const address = outPointer()
    try {
      this.#cuda.cuMemAlloc_v2(address, bytes)
    } catch (error) {
      if (error instanceof CallError && error.code === constants.CUDA_ERROR_OUT_OF_MEMORY)
        throw new OutOfDeviceMemory(this.card, bytes)
      throw error
    }
    this.#blocks.add(Number(address[0]))
    return Number(address[0])
  }

  allocateHost(bytes: number): Address {
    const address = outPointer()
    try {
      this.#cuda.cuMemHostAlloc(address, bytes, pinned)
    } catch (error) {
      if (!(error instanceof CallError && error.code === constants.CUDA_ERROR_OUT_OF_MEMORY)) throw error
      throw new Error(`This computer has no room for ${bytes} more bytes of pinned memory.`, { cause: error })
    }
    this.#hostBlocks.add(Number(address[0]))
    return Number(address[0])
  }

  free(address: Address): void {
    // The host's call does not wait for the card, the card's own does.
    if (this.#hostBlocks.delete(address)) {
      this.synchronize()
      this.#cuda.cuMemFreeHost(address)
    } else if (this.#blocks.delete(address)) this.#cuda.cuMemFree_v2(address)
    else throw new Error(`There is no block of device memory at ${address}.`)
  }

  load(kernels: readonly Kernel[]): void {
    for (const kernel of kernels) this.#launcher.load(kernel)
  }

  launch(launch: Launch, given: readonly Argument[]): void {
    this.#launcher.launch(launch, given, this.#streams.compute)
  }

  multiply(product: Product): void {
    this.#products.multiply(product, this.#streams.compute)
  }

  fill({ address, bytes }: Span, byte: number): void {
    this.#cuda.cuMemsetD8Async(address, byte, bytes, this.#streams.compute)
  }

  copy(target: Span, source: Span, stream: Stream = 'compute'): void {
    this.#cuda.cuMemcpyAsync(target.address, source.address, source.bytes, this.#streams[stream])
  }

  upload(target: Span, data: HostData): void {
    this.#staging.upload(target, data)
  }

  download(target: HostData, source: Span): void {
    this.#staging.download(target, source)
  }

  order(waiting: Stream, awaited: Stream): void {
    this.#cuda.cuEventRecord(this.#events[awaited], this.#streams[awaited])
    this.#cuda.cuStreamWaitEvent(this.#streams[waiting], this.#events[awaited], 0)
  }

  record(work: () => void): Recording {
    const [graph, executable] = [outPointer(), outPointer()]
    this.#cuda.cuStreamBeginCapture_v2(this.#streams.compute, constants.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL)
    try {
      work()
    } catch (error) {
      this.#endFailedCapture()
      throw error
    }
    this.#cuda.cuStreamEndCapture(this.#streams.compute, graph)
    try {
      this.#cuda.cuGraphInstantiateWithFlags(executable, graph[0], 0n)
    } finally {
      this.#cuda.cuGraphDestroy(graph[0])
    }
    const handle = executable[0]!
    this.#recordings.add(handle)
    const release = () => {
      if (this.#recordings.delete(handle)) this.#cuda.cuGraphExecDestroy(handle)
    }
    return Object.assign({ release }, { handle })
  }

  /** The call fails as well, because the work did; what failed is told already. */
  #endFailedCapture(): void {
    const graph = outPointer()
    try {
      this.#cuda.cuStreamEndCapture(this.#streams.compute, graph)
    } catch {
      return
    }
    this.#cuda.cuGraphDestroy(graph[0])
  }

  replay(recording: Recording): void {
    const { handle } = recording as Recording & { readonly handle: bigint }
    this.#cuda.cuGraphLaunch(handle, this.#streams.compute)
  }

  synchronize(): void {
    for (const stream of Object.values(this.#streams)) this.#cuda.cuStreamSynchronize(stream)
  }

  /** Frees everything: the context may be another executor's too. */
  dispose(): void {
    this.synchronize()
    for (const handle of this.#recordings) this.#cuda.cuGraphExecDestroy(handle)
    this.#products.dispose()
    this.#launcher.dispose()
    this.#staging.dispose()
    for (const address of this.#blocks) this.#cuda.cuMemFree_v2(address)
    for (const address of this.#hostBlocks) this.#cuda.cuMemFreeHost(address)
    for (const event of Object.values(this.#events)) this.#cuda.cuEventDestroy_v2(event)
    for (const stream of Object.values(this.#streams)) this.#cuda.cuStreamDestroy_v2(stream)
    this.#cuda.cuDevicePrimaryCtxRelease_v2(this.#device)
  }
}

/** A driver for one card. Throws, in a sentence that names the call, where a library or the card does not answer. */
export function openNativeDriver(options: NativeOptions): Driver {
  return new NativeDriver(openCuda(options.paths.driver), options)
}
