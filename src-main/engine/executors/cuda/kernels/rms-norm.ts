/**
 * RMSNorm forward and backward (Zhang & Sennrich 2019). The gradient takes in the cotangent that goes past the norm; the
 * residual sum before a norm is the addend of the product that makes it.
 *
 * Floor: memory. Forward reads x once and writes the result once; backward reads x and
 * the cotangent once and writes one gradient. So each row is loaded into registers once, 16 bytes a thread, and reduced
 * there: no second pass. A row of up to four vectors a lane is one warp's; longer rows take up to 32 warps.
 * The weight's gradient sums over rows: each group of threads adds its rows up in registers and writes one partial row,
 * which `generate/reduce.ts` adds in a fixed order, so that equal inputs give equal bits.
 */
import type { Kernel, Launch } from '../kernel.ts'
import {
  ceilDivide,
  elementsPerVector,
  type KernelText,
  kernelOf,
  launchOf,
  reductions,
  type Storage,
} from './prelude.ts'

export interface RmsNormOptions {
  readonly storage: Storage
  /** Elements of a row. */
  readonly width: number
  /** Whether the gradient of x is added to a further cotangent. */
  readonly addend?: boolean
}

interface Layout {
  readonly vector: number
  /** Threads that share a row. */
  readonly group: number
  /** Vectors of a row per thread. */
  readonly vectors: number
  readonly threads: number
}

function layoutOf({ storage, width }: RmsNormOptions): Layout {
  const wide = elementsPerVector(storage)
  // Ragged widths are read element by element.
  const vector = width % wide === 0 ? wide : 1
  const most = 32 / vector
  let group = 32
  while (group < 1024 && ceilDivide(width, group * vector) > most) group *= 2
  return { vector, group, vectors: ceilDivide(width, group * vector), threads: group === 32 ? 128 : group }
}

const rowParts = (vector: number): string => `
__device__ __forceinline__ void loadPart(const T* from, float* to) {
  ${vector === 1 ? 'to[0] = toFloat(*from);' : 'load16(from, to);'}
}
__device__ __forceinline__ void storePart(T* to, const float* from) {
  ${vector === 1 ? 'put(to, from[0]);' : 'store16(to, from);'}
}
__device__ __forceinline__ float groupSum(float x, float* shared) {
  return GROUP == 32 ? warpSum(x) : blockSum<GROUP / 32>(x, shared);
}
`

function textOf(options: RmsNormOptions, name: string): Omit<KernelText, 'parameters' | 'body'> {
  const { storage, width, addend = false } = options
  const { vector, group, vectors, threads } = layoutOf(options)
  return {
    name: `${name}${addend ? '_addend' : ''}_${storage}_${width}`,
    storage,
    threads,
    parts: [reductions, rowParts(vector)],
    constants: { WIDTH: width, VECTOR: vector, GROUP: group, VECTORS: vectors, GROUPS: threads / group },
  }
}

function withConstants(text: Omit<KernelText, 'parameters' | 'body'>, rest: Pick<KernelText, 'parameters' | 'body'>) {
  return kernelOf({ ...text, ...rest })
}

function forwardKernel(options: RmsNormOptions): Kernel {
  return withConstants(textOf(options, 'rms_norm'), {
    parameters: {
      x: 'const T*',
      weight: 'const T*',
      out: 'T*',
      rows: 'int',
      eps: 'float',
    },
    body: `
  __shared__ float shared[32];
  const int row = blockIdx.x * GROUPS + threadIdx.x / GROUP;
  const int lane = threadIdx.x % GROUP;
  if (row >= rows) return;
  const long long at = (long long)row * WIDTH;
  float values[VECTORS][VECTOR];
  float squares = 0.f;
#pragma unroll
  for (int part = 0; part < VECTORS; part++) {
    const int column = (part * GROUP + lane) * VECTOR;
    if (column >= WIDTH) continue;
    loadPart(x + at + column, values[part]);
#pragma unroll
    for (int i = 0; i < VECTOR; i++) squares += values[part][i] * values[part][i];
  }
  const float inverse = 1.f / sqrtf(groupSum(squares, shared) * (1.f / WIDTH) + eps);
#pragma unroll
  for (int part = 0; part < VECTORS; part++) {
    const int column = (part * GROUP + lane) * VECTOR;
    if (column >= WIDTH) continue;
    float scale[VECTOR];
    loadPart(weight + column, scale);
#pragma unroll
    for (int i = 0; i < VECTOR; i++) scale[i] *= values[part][i] * inverse;
    storePart(out + at + column, scale);
  }`,
  })
}

/** x / sqrt(mean(x²) + eps) · weight per row. Arguments: x [rows, width], weight [width], out [rows, width], rows, eps. */
export function rmsNormLaunch(options: RmsNormOptions, rows: number): Launch {
  const { threads, group } = layoutOf(options)
  return launchOf(forwardKernel(options), ceilDivide(rows * group, threads), threads)
}

function backwardKernel(options: RmsNormOptions): Kernel {
  const { addend = false } = options
  return withConstants(textOf(options, 'rms_norm_grad'), {
    parameters: {
      x: 'const T*',
      weight: 'const T*',
      cotangent: 'const T*',
      ...(addend && { addend: 'const T*' }),
      dx: 'T*',
      partial: 'float*',
      rows: 'int',
      eps: 'float',
    },
    body: `
  __shared__ float shared[32];
  const int group = blockIdx.x * GROUPS + threadIdx.x / GROUP;
  const int lane = threadIdx.x % GROUP;
  float dWeight[VECTORS][VECTOR] = {};
  for (int row = group; row < rows; row += gridDim.x * GROUPS) {
    const long long at = (long long)row * WIDTH;
    float values[VECTORS][VECTOR], g[VECTORS][VECTOR];
    float squares = 0.f, along = 0.f;
#pragma unroll
    for (int part = 0; part < VECTORS; part++) {
      const int column = (part * GROUP + lane) * VECTOR;
      if (column >= WIDTH) continue;
      float scale[VECTOR];
      loadPart(x + at + column, values[part]);
      loadPart(cotangent + at + column, g[part]);
      loadPart(weight + column, scale);
#pragma unroll
      for (int i = 0; i < VECTOR; i++) {
        squares += values[part][i] * values[part][i];
        along += values[part][i] * g[part][i] * scale[i];
      }
    }
    const float inverse = 1.f / sqrtf(groupSum(squares, shared) * (1.f / WIDTH) + eps);
    along = groupSum(along, shared) * inverse * (1.f / WIDTH);
#pragma unroll
    for (int part = 0; part < VECTORS; part++) {
      const int column = (part * GROUP + lane) * VECTOR;
      if (column >= WIDTH) continue;
      float scale[VECTOR], result[VECTOR];
      loadPart(weight + column, scale);
      ${addend ? 'loadPart(addend + at + column, result);' : ''}
#pragma unroll
      for (int i = 0; i < VECTOR; i++) {
        const float normal = values[part][i] * inverse;
        dWeight[part][i] += g[part][i] * normal;
        result[i] ${addend ? '+=' : '='} inverse * (g[part][i] * scale[i] - normal * along);
      }
      storePart(dx + at + column, result);
    }
  }
#pragma unroll
  for (int part = 0; part < VECTORS; part++) {
    const int column = (part * GROUP + lane) * VECTOR;
    if (column >= WIDTH) continue;
#pragma unroll
    for (int i = 0; i < VECTOR; i++) partial[(long long)group * WIDTH + column + i] = dWeight[part][i];
  }`,
  })
}

export interface RmsNormGradLaunch {
  readonly launch: Launch
  /** Partial rows [partials, width] of the weight's gradient, still to be added up. */
  readonly partials: number
}

/**
 * Arguments: x [rows, width], weight [width], cotangent [rows, width], (addend [rows, width]), dx [rows, width], float32
 * partial [partials, width], rows, eps. `multiprocessors` of the card bound the partials.
 */
export function rmsNormGradLaunch(options: RmsNormOptions, rows: number, multiprocessors: number): RmsNormGradLaunch {
  const { threads, group } = layoutOf(options)
  const blocks = Math.max(1, Math.min(ceilDivide(rows * group, threads), 4 * multiprocessors))
  return { launch: launchOf(backwardKernel(options), blocks, threads), partials: (blocks * threads) / group }
}
