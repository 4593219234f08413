/**
 * Attention without tensor cores, forward and backward: any storage, any head size up to 512. For float32 programs, where it
 * is exact to rounding, and for head sizes that fragments do not fit.
 *
 * Floor: operations on the float32 units. A warp takes one query (for the gradients of keys and values: one key) and 32 of
 * the other side at a time, a lane each for the scores, then all lanes together for the weighted sum, which is read in whole
 * rows. Sums are in a fixed order.
 */
import type { Launch } from '../kernel.ts'
import { type AttentionShape, type AttentionSizes, constantsOf, placed, placing, suffixOf } from './attention-shape.ts'
import { ceilDivide, kernelOf, reductions } from './prelude.ts'

const threads = 128
const warps = threads / 32

const dots = `
constexpr int OWN = (DIM + 31) / 32;
__device__ __forceinline__ float dot(const T* a, const T* b) {
  float sum = 0.f;
  for (int d = 0; d < DIM; d++) sum += toFloat(a[d]) * toFloat(b[d]);
  return sum;
}
// Adds factor times a row, a lane's own elements of it.
__device__ __forceinline__ void addScaled(float (&sums)[OWN], float factor, const T* row) {
#pragma unroll
  for (int part = 0; part < OWN; part++) {
    const int d = part * 32 + threadIdx.x % 32;
    if (d < DIM) sums[part] += factor * toFloat(row[d]);
  }
}
__device__ __forceinline__ void storeOwn(T* row, const float (&sums)[OWN], float factor) {
#pragma unroll
  for (int part = 0; part < OWN; part++) {
    const int d = part * 32 + threadIdx.x % 32;
    if (d < DIM) put(row + d, sums[part] * factor);
  }
}
`

/** A query per warp: places of its own row and of the keys of its head. */
const queryPlaces = `
  const int lane = threadIdx.x % 32;
  const int head = blockIdx.y, sequence = blockIdx.z;
  ${placed}
  const int query = blockIdx.x * ${warps} + threadIdx.x / 32;
  if (query >= length) return;
  const long long own = (((long long)first + (long long)query * stride) * HEADS + head) * DIM;
  const long long keyPitch = (long long)stride * KEY_HEADS * DIM;
  const long long keys = ((long long)first * KEY_HEADS + head / GROUP) * DIM;
  const long long statistic = ((long long)sequence * HEADS + head) * time + query;
  const float toLog2 = scale * 1.4426950408889634f;`

const parts = [reductions, dots]

export function plainForwardLaunch(shape: AttentionShape, { time, batch }: AttentionSizes): Launch {
  const kernel = kernelOf({
    name: `attention_plain_${suffixOf(shape)}`,
    storage: shape.storage,
    threads,
    parts,
    constants: constantsOf(shape),
    parameters: { q: 'const T*', k: 'const T*', v: 'const T*', out: 'T*', statistics: 'float*', ...placing },
    body: `${queryPlaces}
  float sums[OWN] = {}, highest = -INFINITE, total = 0.f;
  for (int tile = start; tile <= query; tile += 32) {
    const int key = tile + lane;
    const float score = key <= query ? dot(q + own, k + keys + key * keyPitch) * toLog2 : -INFINITE;
    const float most = fmaxf(highest, warpMax(score));
    const float factor = exp2f(highest - most), weight = exp2f(score - most);
    total = total * factor + warpSum(weight);
    highest = most;
#pragma unroll
    for (int part = 0; part < OWN; part++) sums[part] *= factor;
    const int count = min(32, query + 1 - tile);
    for (int each = 0; each < count; each++)
      addScaled(sums, __shfl_sync(FULL, weight, each), v + keys + (tile + each) * keyPitch);
  }
  storeOwn(out + own, sums, total > 0.f ? 1.f / total : 0.f);
  if (statistics && lane == 0) statistics[statistic] = highest + log2f(total);`,
  })
  return { kernel, grid: [ceilDivide(time, warps), shape.heads, batch], block: [threads, 1, 1], sharedBytes: 0 }
}

/** Arguments as `attentionQueryGradLaunch`. */
export function plainQueryGradLaunch(shape: AttentionShape, { time, batch }: AttentionSizes): Launch {
  const kernel = kernelOf({
    name: `attention_query_grad_plain_${suffixOf(shape)}`,
    storage: shape.storage,
    threads,
    parts,
    constants: constantsOf(shape),
    parameters: {
      q: 'const T*',
      k: 'const T*',
      v: 'const T*',
      cotangent: 'const T*',
      statistics: 'const float*',
      products: 'const float*',
      dq: 'T*',
      ...placing,
    },
    body: `${queryPlaces}
  float sums[OWN] = {};
  const float logSum = statistics[statistic], product = products[statistic];
  for (int tile = start; tile <= query; tile += 32) {
    const int key = tile + lane;
    float slope = 0.f;
    if (key <= query) {
      const float p = exp2f(dot(q + own, k + keys + key * keyPitch) * toLog2 - logSum);
      slope = p * (dot(cotangent + own, v + keys + key * keyPitch) - product);
    }
    const int count = min(32, query + 1 - tile);
    for (int each = 0; each < count; each++)
      addScaled(sums, __shfl_sync(FULL, slope, each), k + keys + (tile + each) * keyPitch);
  }
  storeOwn(dq + own, sums, scale);`,
  })
  return { kernel, grid: [ceilDivide(time, warps), shape.heads, batch], block: [threads, 1, 1], sharedBytes: 0 }
}

/** Arguments as `attentionKeyGradLaunch`. */
export function plainKeyGradLaunch(shape: AttentionShape, { time, batch }: AttentionSizes): Launch {
  const kernel = kernelOf({
    name: `attention_key_grad_plain_${suffixOf(shape)}`,
    storage: shape.storage,
    threads,
    parts,
    constants: constantsOf(shape),
    parameters: {
      q: 'const T*',
      k: 'const T*',
      v: 'const T*',
      cotangent: 'const T*',
      statistics: 'const float*',
      products: 'const float*',
      dk: 'T*',
      dv: 'T*',
      ...placing,
    },
    body: `
  const int lane = threadIdx.x % 32;
  const int keyHead = blockIdx.y, sequence = blockIdx.z;
  ${placed}
  const int key = blockIdx.x * ${warps} + threadIdx.x / 32;
  if (key >= length) return;
  const long long own = (((long long)first + (long long)key * stride) * KEY_HEADS + keyHead) * DIM;
  const long long pitch = (long long)stride * HEADS * DIM;
  const float toLog2 = scale * 1.4426950408889634f;
  float keySums[OWN] = {}, valueSums[OWN] = {};
  for (int head = keyHead * GROUP; head < (keyHead + 1) * GROUP; head++) {
    const long long queries = ((long long)first * HEADS + head) * DIM;
    const long long statistic = ((long long)sequence * HEADS + head) * time;
    for (int tile = key; key >= start && tile < length; tile += 32) {
      const int query = tile + lane;
      float p = 0.f, slope = 0.f;
      if (query < length) {
        p = exp2f(dot(q + queries + query * pitch, k + own) * toLog2 - statistics[statistic + query]);
        slope = p * (dot(cotangent + queries + query * pitch, v + own) - products[statistic + query]);
      }
      const int count = min(32, length - tile);
      for (int each = 0; each < count; each++) {
        const long long row = queries + (tile + each) * pitch;
        addScaled(valueSums, __shfl_sync(FULL, p, each), cotangent + row);
        addScaled(keySums, __shfl_sync(FULL, slope, each), q + row);
      }
    }
  }
  storeOwn(dk + own, keySums, scale);
  storeOwn(dv + own, valueSums, 1.f);`,
  })
  return { kernel, grid: [ceilDivide(time, warps), shape.keyValueHeads, batch], block: [threads, 1, 1], sharedBytes: 0 }
}
