/**
 * What kernel texts share: how a kernel is put together, and device functions in parts that a kernel asks for. No header
 * is included, so that a run-time compiler needs none. Under `QUIVER_EMULATED` the same text runs on the host, without PTX.
 */
import type { Kernel, Launch, ParameterKind } from '../kernel.ts'

/** How a tensor's numbers lie in device memory; arithmetic is float32 always. */
export type Storage = 'float32' | 'bfloat16'

const cTypes = { float32: 'float', bfloat16: 'bf16', int32: 'int' } as const

/** Elements of 16 bytes, the widest load. */
export const elementsPerVector = (storage: Storage): number => (storage === 'float32' ? 4 : 8)

/** bf16 as 16 bits, conversions (to nearest even), 16-byte accesses. */
const basics = `
struct bf16 { unsigned short bits; };
#define FULL 0xffffffffu
#define INFINITE __int_as_float(0x7f800000)
#ifdef QUIVER_EMULATED
#define DYNAMIC_SHARED(type, name) type* name = reinterpret_cast<type*>(emulatedShared)
#define REQUIRE_ALIGNED(pointer) \\
  if ((size_t)(pointer) % 16) emulatedFailure("a 16-byte access to an address that is no multiple of 16")
__device__ __forceinline__ unsigned roundBf16(float x) {
  const unsigned bits = __float_as_uint(x);
  return x != x ? 0x7fffu : (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
}
__device__ __forceinline__ unsigned pack2(float low, float high) { return roundBf16(low) | roundBf16(high) << 16; }
#else
#define DYNAMIC_SHARED(type, name) \\
  extern __shared__ __align__(128) unsigned char dynamicShared[]; \\
  type* name = reinterpret_cast<type*>(dynamicShared)
#define REQUIRE_ALIGNED(pointer)
__device__ __forceinline__ unsigned pack2(float low, float high) {
  unsigned both;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
  return both;
}
#endif
__device__ __forceinline__ float low2(unsigned both) { return __uint_as_float(both << 16); }
__device__ __forceinline__ float high2(unsigned both) { return __uint_as_float(both & 0xffff0000u); }
__device__ __forceinline__ float toFloat(float x) { return x; }
__device__ __forceinline__ float toFloat(bf16 x) { return __uint_as_float((unsigned)x.bits << 16); }
__device__ __forceinline__ void put(float* at, float x) { *at = x; }
__device__ __forceinline__ void put(bf16* at, float x) { at->bits = (unsigned short)pack2(x, 0.f); }
template <class T> struct Vector;
template <> struct Vector<float> { enum { size = 4 }; };
template <> struct Vector<bf16> { enum { size = 8 }; };
__device__ __forceinline__ void load16(const float* from, float* to) {
  REQUIRE_ALIGNED(from);
  const float4 four = *reinterpret_cast<const float4*>(from);
  to[0] = four.x; to[1] = four.y; to[2] = four.z; to[3] = four.w;
}
__device__ __forceinline__ void load16(const bf16* from, float* to) {
  REQUIRE_ALIGNED(from);
  const uint4 four = *reinterpret_cast<const uint4*>(from);
  to[0] = low2(four.x); to[1] = high2(four.x); to[2] = low2(four.y); to[3] = high2(four.y);
  to[4] = low2(four.z); to[5] = high2(four.z); to[6] = low2(four.w); to[7] = high2(four.w);
}
__device__ __forceinline__ void store16(float* to, const float* from) {
  REQUIRE_ALIGNED(to);
  *reinterpret_cast<float4*>(to) = make_float4(from[0], from[1], from[2], from[3]);
}
__device__ __forceinline__ void store16(bf16* to, const float* from) {
  REQUIRE_ALIGNED(to);
  *reinterpret_cast<uint4*>(to) =
      make_uint4(pack2(from[0], from[1]), pack2(from[2], from[3]), pack2(from[4], from[5]), pack2(from[6], from[7]));
}
`

/** Sums and maxima over a warp; over a block with `shared` of 32 floats. Every thread gets the result. */
export const reductions = `
__device__ __forceinline__ float warpSum(float x) {
#pragma unroll
  for (int distance = 16; distance; distance >>= 1) x += __shfl_xor_sync(FULL, x, distance);
  return x;
}
__device__ __forceinline__ float warpMax(float x) {
#pragma unroll
  for (int distance = 16; distance; distance >>= 1) x = fmaxf(x, __shfl_xor_sync(FULL, x, distance));
  return x;
}
template <int WARPS> __device__ __forceinline__ float blockSum(float x, float* shared) {
  x = warpSum(x);
  if (WARPS == 1) return x;
  __syncthreads();
  if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = x;
  __syncthreads();
  x = 0.f;
#pragma unroll
  for (int warp = 0; warp < WARPS; warp++) x += shared[warp];
  return x;
}
template <int WARPS> __device__ __forceinline__ float blockMax(float x, float* shared) {
  x = warpMax(x);
  if (WARPS == 1) return x;
  __syncthreads();
  if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = x;
  __syncthreads();
  x = shared[0];
#pragma unroll
  for (int warp = 1; warp < WARPS; warp++) x = fmaxf(x, shared[warp]);
  return x;
}
`

export interface KernelText {
  readonly name: string
  /** C type by parameter name, in order: `const T*`, `int`, `long long` or `float`. */
  readonly parameters: Readonly<Record<string, string>>
  /** Threads of a block, and blocks that should fit on a multiprocessor together. */
  readonly threads: number
  readonly blocks?: number
  /** What T is in types and body. */
  readonly storage?: keyof typeof cTypes
  /** Whether results may take the place of operands: then the compiler is not told that pointers lead apart. */
  readonly inPlace?: boolean
  /** Parts of the prelude beside the basics. */
  readonly parts?: readonly string[]
  /** Compile-time constants, by name. */
  readonly constants?: Readonly<Record<string, number | boolean>>
  readonly body: string
}

function kindOf(type: string): ParameterKind {
  if (type.endsWith('*')) return 'pointer'
  if (type === 'int') return 'int32'
  if (type === 'long long') return 'int64'
  if (type === 'float') return 'float32'
  throw new Error(`A kernel cannot take a "${type}".`)
}

const restricted = (type: string) => (type.endsWith('*') ? `${type} __restrict__` : type)

/** A kernel from its parts: the only place that knows how a source is laid out. */
export function kernelOf(text: KernelText): Kernel {
  const { name, parameters, threads, blocks = 1, storage = 'float32', parts = [], constants = {}, body, inPlace } = text
  const declared = Object.entries(parameters).map(
    ([parameter, type]) => `${inPlace ? type : restricted(type)} ${parameter}`,
  )
  const lines = [
    basics,
    `typedef ${cTypes[storage]} T;`,
    ...Object.entries(constants).map(([constant, value]) => `constexpr int ${constant} = ${Number(value)};`),
    ...parts,
    `extern "C" __global__ void __launch_bounds__(${threads}, ${blocks})`,
    `${name}(${declared.join(', ')}) {`,
    body,
    '}',
    '',
  ]
  return { name, source: lines.join('\n'), parameters: Object.values(parameters).map(kindOf) }
}

/** A launch over one axis of blocks. */
export function launchOf(kernel: Kernel, blocks: number, threads: number, sharedBytes = 0): Launch {
  return { kernel, grid: [Math.max(1, blocks), 1, 1], block: [threads, 1, 1], sharedBytes }
}

export const ceilDivide = (value: number, divisor: number): number => Math.ceil(value / divisor)
