/**
 * Order statistics of rows: the largest element, and the largest `count` in falling order.
 *
 * Floor: memory. `argmax` reads a row once. `topK` sorts whole rows, one block each: four passes of a stable radix sort of
 * eight bits, each of which reads and writes a row's keys and places twice. Sampling does not go this way (`sample.ts`
 * finds its thresholds without a sort).
 */
import type { Launch } from '../kernel.ts'
import { kernelOf, launchOf } from './prelude.ts'

const threads = 256
const warps = threads / 32

export type Ordered = 'float32' | 'bfloat16' | 'int32'

/** Numbers as unsigned integers in the same order; both zeros are one, and what is no number is the largest. */
const keyPart = (storage: Ordered): string => `
__device__ __forceinline__ unsigned keyOf(T x) {
  ${
    storage === 'int32'
      ? 'return (unsigned)x ^ 0x80000000u;'
      : `const float number = toFloat(x);
  const unsigned bits = number == 0.f ? 0u : __float_as_uint(number);
  if (number != number) return 0xffffffffu;
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;`
  }
}
`

/** Index of the largest element of each row, the lowest of equals. Arguments: x [rows, length], int32 out [rows], length. */
export function argmaxLaunch(storage: Ordered, rows: number): Launch {
  const kernel = kernelOf({
    name: `argmax_${storage}`,
    storage,
    threads,
    parts: [keyPart(storage)],
    parameters: { x: 'const T*', out: 'int*', length: 'int' },
    body: `
  __shared__ unsigned keys[${warps}];
  __shared__ int places[${warps}];
  const T* row = x + (long long)blockIdx.x * length;
  unsigned best = 0;
  int place = 0x7fffffff;
  for (int at = threadIdx.x; at < length; at += ${threads}) {
    const unsigned key = keyOf(row[at]);
    if (key > best || place == 0x7fffffff) { best = key; place = at; }
  }
  for (int step = 0; step < 2; step++) {
#pragma unroll
    for (int distance = 16; distance; distance >>= 1) {
      const unsigned key = __shfl_xor_sync(FULL, best, distance);
      const int other = __shfl_xor_sync(FULL, place, distance);
      if (other != 0x7fffffff && (place == 0x7fffffff || key > best || (key == best && other < place))) {
        best = key;
        place = other;
      }
    }
    if (step == 1) break;
    if (threadIdx.x % 32 == 0) { keys[threadIdx.x / 32] = best; places[threadIdx.x / 32] = place; }
    __syncthreads();
    const bool mine = threadIdx.x % 32 < ${warps};
    best = mine ? keys[threadIdx.x % ${warps}] : 0;
    place = mine ? places[threadIdx.x % ${warps}] : 0x7fffffff;
  }
  if (threadIdx.x == 0) out[blockIdx.x] = place;`,
  })
  return launchOf(kernel, rows, threads)
}

/** One stable pass over a row by eight bits of the keys: (fromKeys, fromPlaces) to (toKeys, toPlaces). */
const passText = `
    for (int digit = threadIdx.x; digit < 256; digit += ${threads}) starts[digit] = 0;
    __syncthreads();
    for (int at = threadIdx.x; at < length; at += ${threads}) atomicAdd(&starts[fromKeys[at] >> shift & 255], 1);
    __syncthreads();
    if (threadIdx.x < 32) {
      int carried = 0;
      for (int tile = 0; tile < 256; tile += 32) {
        const int count = starts[tile + lane];
        int sum = count;
#pragma unroll
        for (int distance = 1; distance < 32; distance *= 2) {
          const int other = __shfl_up_sync(FULL, sum, distance);
          if (lane >= distance) sum += other;
        }
        starts[tile + lane] = carried + sum - count;
        carried += __shfl_sync(FULL, sum, 31);
      }
    }
    __syncthreads();
    for (int tile = 0; tile < length; tile += ${threads}) {
      const int at = tile + threadIdx.x;
      const bool inside = at < length;
      const unsigned key = inside ? fromKeys[at] : 0;
      const int digit = inside ? (int)(key >> shift & 255) : 256;
      for (int each = threadIdx.x; each < ${warps} * 257; each += ${threads}) counts[each] = 0;
      __syncthreads();
      unsigned peers = FULL;
#pragma unroll
      for (int bit = 0; bit < 9; bit++) {
        const unsigned votes = __ballot_sync(FULL, digit >> bit & 1);
        peers &= digit >> bit & 1 ? votes : ~votes;
      }
      const int rank = __popc(peers & ((1u << lane) - 1));
      if (rank == 0) counts[warp * 257 + digit] = __popc(peers);
      __syncthreads();
      int place = rank;
      for (int other = 0; other < warp; other++) place += counts[other * 257 + digit];
      if (inside) {
        place += starts[digit];
        toKeys[place] = key;
        toPlaces[place] = fromPlaces[at];
      }
      __syncthreads();
      for (int each = threadIdx.x; each < 256; each += ${threads}) {
        int sum = 0;
        for (int other = 0; other < ${warps}; other++) sum += counts[other * 257 + each];
        starts[each] += sum;
      }
      __syncthreads();
    }`

/**
 * The largest `count` elements of each row in falling order and their places, the lower of equals first. Arguments:
 * x [rows, length], values [rows, count], int32 places [rows, count], int32 scratch [rows, 4, length], length, count.
 */
export function topKLaunch(storage: Ordered, rows: number): Launch {
  const kernel = kernelOf({
    name: `top_k_${storage}`,
    storage,
    threads,
    parts: [keyPart(storage)],
    parameters: { x: 'const T*', values: 'T*', places: 'int*', scratch: 'int*', length: 'int', count: 'int' },
    body: `
  __shared__ int starts[256], counts[${warps} * 257];
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const T* row = x + (long long)blockIdx.x * length;
  int* own = scratch + (long long)blockIdx.x * 4 * length;
  unsigned* fromKeys = (unsigned*)own;
  unsigned* toKeys = fromKeys + length;
  int* fromPlaces = own + 2 * (long long)length;
  int* toPlaces = fromPlaces + length;
  // Inverted, so that a rising sort puts the largest first.
  for (int at = threadIdx.x; at < length; at += ${threads}) {
    fromKeys[at] = ~keyOf(row[at]);
    fromPlaces[at] = at;
  }
  __syncthreads();
  for (int shift = 0; shift < 32; shift += 8) {${passText}
    unsigned* keys = fromKeys; fromKeys = toKeys; toKeys = keys;
    int* order = fromPlaces; fromPlaces = toPlaces; toPlaces = order;
  }
  for (int at = threadIdx.x; at < count; at += ${threads}) {
    const int place = fromPlaces[at];
    values[(long long)blockIdx.x * count + at] = row[place];
    places[(long long)blockIdx.x * count + at] = place;
  }`,
  })
  return launchOf(kernel, rows, threads)
}
