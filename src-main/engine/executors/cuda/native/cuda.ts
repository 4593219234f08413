/** The functions of the CUDA driver API that the executor calls. */
import koffi from 'koffi'
import { checkedFunctions } from './library.ts'

/** Parameters as C declares them; handles are words of 64 bits. */
export const prototypes = {
  cuInit: 'uint32_t flags',
  cuDriverGetVersion: 'int* version',
  cuDeviceGetCount: 'int* count',
  cuDeviceGet: 'int* device, int index',
  cuDeviceGetName: 'void* name, int length, int device',
  cuDeviceGetUuid_v2: 'void* uuid, int device',
  cuDeviceGetAttribute: 'int* value, int attribute, int device',
  cuDeviceTotalMem_v2: 'size_t* bytes, int device',
  cuDevicePrimaryCtxRetain: 'uint64_t* context, int device',
  cuDevicePrimaryCtxRelease_v2: 'int device',
  cuCtxSetCurrent: 'uint64_t context',
  cuCtxSynchronize: '',
  cuMemAlloc_v2: 'uint64_t* address, size_t bytes',
  cuMemFree_v2: 'uint64_t address',
  cuMemGetInfo_v2: 'size_t* free, size_t* total',
  cuMemHostAlloc: 'uint64_t* pointer, size_t bytes, uint32_t flags',
  cuMemFreeHost: 'uint64_t pointer',
  cuMemcpyAsync: 'uint64_t target, uint64_t source, size_t bytes, uint64_t stream',
  cuMemsetD8Async: 'uint64_t target, uint8_t byte, size_t bytes, uint64_t stream',
  cuStreamCreate: 'uint64_t* stream, uint32_t flags',
  cuStreamDestroy_v2: 'uint64_t stream',
  cuStreamSynchronize: 'uint64_t stream',
  cuStreamWaitEvent: 'uint64_t stream, uint64_t event, uint32_t flags',
  cuStreamBeginCapture_v2: 'uint64_t stream, int mode',
  cuStreamEndCapture: 'uint64_t stream, uint64_t* graph',
  cuEventCreate: 'uint64_t* event, uint32_t flags',
  cuEventRecord: 'uint64_t event, uint64_t stream',
  cuEventSynchronize: 'uint64_t event',
  cuEventDestroy_v2: 'uint64_t event',
  cuGraphInstantiateWithFlags: 'uint64_t* executable, uint64_t graph, uint64_t flags',
  cuGraphLaunch: 'uint64_t executable, uint64_t stream',
  cuGraphExecDestroy: 'uint64_t executable',
  cuGraphDestroy: 'uint64_t graph',
  cuModuleLoadData: 'uint64_t* module, const void* image',
  cuModuleUnload: 'uint64_t module',
  cuModuleGetFunction: 'uint64_t* function, uint64_t module, const char* name',
  cuFuncSetAttribute: 'uint64_t function, int attribute, int value',
  cuLaunchKernel:
    'uint64_t function, uint32_t gridX, uint32_t gridY, uint32_t gridZ, uint32_t blockX, uint32_t blockY, uint32_t blockZ, uint32_t sharedBytes, uint64_t stream, void* parameters, void* extra',
} as const

export type CudaFunctions = ReturnType<typeof openCuda>

/** Opens the driver's library. Throws what the loader says where it cannot. */
export function openCuda(path: string) {
  // A kernel fails after its launch: the call that tells of it is a later one.
  const fromEarlierWork = (code: number) => code >= 700 && code < 720
  const nameOf = koffi.load(path).func('int cuGetErrorName(int code, _Out_ const char** text)')
  const sentenceOf = koffi.load(path).func('int cuGetErrorString(int code, _Out_ const char** text)')
  const meaningOf = (code: number) => {
    const [name, sentence]: [string | null][] = [[null], [null]]
    nameOf(code, name)
    sentenceOf(code, sentence)
    return `${name?.[0] ?? 'an unknown error'}${sentence?.[0] ? `, ${sentence[0]}` : ''}${fromEarlierWork(code) ? '; with CUDA_LAUNCH_BLOCKING=1 in the environment the call that fails is the one at fault' : ''}`
  }
  return checkedFunctions(path, prototypes, meaningOf)
}
