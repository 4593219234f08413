/**
 * AdamW and the norm of all gradients, over a table of tensors in one launch each (Loshchilov & Hutter 2019).
 *
 * Floor: memory. AdamW reads parameter, gradient and both moments and writes parameter, moments and the bf16 copy that the
 * layers compute with: 30 bytes a parameter with float32 gradients. A block takes one piece of one tensor, found through two
 * tables, so that thousands of small tensors cost no launches of their own; 16 bytes a thread and array, four arrays under
 * way at once. The norm reads every gradient once; sums are in a fixed order.
 *
 * Table of tensors, int64 [tensors, 6]: addresses of parameter, gradient, first moment, second moment, copy (or 0), and the
 * number of elements; addresses are multiples of 16. Table of pieces, int32 [pieces, 2]: a tensor and a piece of it.
 */
import type { Launch } from '../kernel.ts'
import { kernelOf, launchOf, reductions, type Storage } from './prelude.ts'

const threads = 256
/** Elements of a piece. */
const pieceSize = 16_384

/** The table of pieces of tensors with so many elements. */
export function piecesOf(sizes: readonly number[]): Int32Array {
  const pieces: number[] = []
  for (const [tensor, size] of sizes.entries())
    for (let piece = 0; piece * pieceSize < size; piece++) pieces.push(tensor, piece)
  return Int32Array.from(pieces)
}

export interface TensorAddresses {
  readonly parameter: number | bigint
  readonly gradient: number | bigint
  readonly first: number | bigint
  readonly second: number | bigint
  readonly copy?: number | bigint
  readonly elements: number
}

/** The table of tensors. A norm alone reads gradients only: the other addresses may be 0. */
export function tensorTable(tensors: readonly TensorAddresses[]): BigInt64Array {
  return BigInt64Array.from(
    tensors.flatMap(({ parameter, gradient, first, second, copy = 0, elements }) =>
      [parameter, gradient, first, second, copy, elements].map(BigInt),
    ),
  )
}

const tables = `
  const long long* tensor = tensors + 6LL * pieces[2 * blockIdx.x];
  const long long start = (long long)pieces[2 * blockIdx.x + 1] * ${pieceSize};
  const long long end = min(start + ${pieceSize}, tensor[5]);
  const T* const gradient = (const T*)tensor[1];`

const scalars = [
  'learningRate',
  'beta1',
  'beta2',
  'eps',
  'weightDecay',
  'biasCorrection1',
  'biasCorrection2',
  'gradientScale',
] as const

const loadFour = `
__device__ __forceinline__ void loadFour(const float* from, float* to) { load16(from, to); }
__device__ __forceinline__ void loadFour(const bf16* from, float* to) {
  const uint2 both = *reinterpret_cast<const uint2*>(from);
  to[0] = low2(both.x); to[1] = high2(both.x); to[2] = low2(both.y); to[3] = high2(both.y);
}
`

/**
 * One step, in the engine's order of operations. `storage` is that of the gradients; parameters and moments are float32.
 * Arguments: tensors, pieces, then float32 [1] each: learningRate, beta1, beta2, eps, weightDecay, biasCorrection1,
 * biasCorrection2, gradientScale.
 */
export function adamwLaunch(storage: Storage, pieces: number): Launch {
  const kernel = kernelOf({
    name: `adamw_${storage}`,
    storage,
    threads,
    parts: [loadFour],
    parameters: {
      tensors: 'const long long*',
      pieces: 'const int*',
      ...Object.fromEntries(scalars.map((name) => [name, 'const float*'])),
    },
    body: `${tables}
  float* const parameter = (float*)tensor[0];
  float* const first = (float*)tensor[2];
  float* const second = (float*)tensor[3];
  bf16* const copy = (bf16*)tensor[4];
  const float scale = *gradientScale, root = sqrtf(*biasCorrection2);
  const float keepFirst = *beta1, takeFirst = (1.f - *beta1) * scale;
  const float keepSecond = *beta2, takeSecond = (1.f - *beta2) * (scale * scale);
  const float rate = *learningRate * root / *biasCorrection1, smallest = *eps * root;
  const float decay = 1.f - *learningRate * *weightDecay;
  const auto step = [&](float& p, float g, float& m, float& v) {
    m = m * keepFirst + g * takeFirst;
    v = v * keepSecond + g * g * takeSecond;
    p = p * decay - m * rate / (sqrtf(v) + smallest);
  };
  for (long long at = start + 4 * threadIdx.x; at < end; at += ${4 * threads}) {
    if (at + 4 <= end) {
      float p[4], g[4], m[4], v[4];
      load16(parameter + at, p);
      loadFour(gradient + at, g);
      load16(first + at, m);
      load16(second + at, v);
#pragma unroll
      for (int i = 0; i < 4; i++) step(p[i], g[i], m[i], v[i]);
      store16(parameter + at, p);
      store16(first + at, m);
      store16(second + at, v);
      if (copy) *reinterpret_cast<uint2*>(copy + at) = make_uint2(pack2(p[0], p[1]), pack2(p[2], p[3]));
    } else {
      for (long long each = at; each < end; each++) {
        float p = parameter[each];
        step(p, toFloat(gradient[each]), first[each], second[each]);
        parameter[each] = p;
        if (copy) put(copy + each, p);
      }
    }
  }`,
  })
  return launchOf(kernel, pieces, threads)
}

/** Sum of squares of each piece. Arguments: tensors, pieces, float32 partial [pieces]. */
export function squaresLaunch(storage: Storage, pieces: number): Launch {
  const kernel = kernelOf({
    name: `squares_${storage}`,
    storage,
    threads,
    parts: [reductions, loadFour],
    parameters: { tensors: 'const long long*', pieces: 'const int*', partial: 'float*' },
    body: `${tables}
  __shared__ float shared[32];
  float sum = 0.f;
  for (long long at = start + 4 * threadIdx.x; at < end; at += ${4 * threads}) {
    float g[4] = {};
    if (at + 4 <= end) loadFour(gradient + at, g);
    else
      for (int i = 0; i < 4; i++)
        if (at + i < end) g[i] = toFloat(gradient[at + i]);
#pragma unroll
    for (int i = 0; i < 4; i++) sum += g[i] * g[i];
  }
  sum = blockSum<${threads / 32}>(sum, shared);
  if (threadIdx.x == 0) partial[blockIdx.x] = sum;`,
  })
  return launchOf(kernel, pieces, threads)
}

/** The root of the sum. Arguments: partial [count], float32 norm [1], count. */
export function normLaunch(): Launch {
  const kernel = kernelOf({
    name: 'norm',
    threads,
    parts: [reductions],
    parameters: { partial: 'const float*', norm: 'float*', count: 'int' },
    body: `
  __shared__ float shared[32];
  float sum = 0.f;
  for (int at = threadIdx.x; at < count; at += ${threads}) sum += partial[at];
  sum = blockSum<${threads / 32}>(sum, shared);
  if (threadIdx.x == 0) *norm = sqrtf(sum);`,
  })
  return launchOf(kernel, 1, threads)
}
