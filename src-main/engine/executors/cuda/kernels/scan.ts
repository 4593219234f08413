/**
 * Running sums.
 *
 * Floor: memory, read once and written once. Along the last axis a block walks a row in tiles, each scanned by shuffles, the
 * tile's total carried on; along another axis a thread walks its own column, neighbours side by side.
 */
import type { Launch } from '../kernel.ts'
import { ceilDivide, kernelOf, launchOf } from './prelude.ts'

const threads = 256

export interface CumsumOptions {
  readonly storage: 'float32' | 'bfloat16' | 'int32'
  readonly reverse: boolean
  /** Leaves the element itself out. */
  readonly exclusive: boolean
}

/** Sums along the middle axis of [outer, length, inner]. Arguments: x, out, outer, length, inner. */
export function cumsumLaunch(options: CumsumOptions, outer: number, inner: number): Launch {
  const { storage, reverse, exclusive } = options
  const suffix = `${reverse ? '_reverse' : ''}${exclusive ? '_exclusive' : ''}_${storage}`
  const parameters = { x: 'const T*', out: 'T*', outer: 'int', length: 'int', inner: 'int' }
  const number = storage === 'int32' ? 'int' : 'float'
  const read = (place: string) => (storage === 'int32' ? `x[${place}]` : `toFloat(x[${place}])`)
  const write = (place: string, value: string) =>
    storage === 'int32' ? `out[${place}] = ${value}` : `put(&out[${place}], ${value})`
  if (inner > 1) {
    const body = `
  const long long column = (long long)blockIdx.x * ${threads} + threadIdx.x;
  if (column >= (long long)outer * inner) return;
  const long long start = column / inner * length * inner + column % inner;
  ${number} sum = 0;
  for (int step = 0; step < length; step++) {
    const long long at = start + (long long)(${reverse ? 'length - 1 - step' : 'step'}) * inner;
    const ${number} value = ${read('at')};
    ${write('at', exclusive ? 'sum' : 'sum + value')};
    sum += value;
  }`
    const kernel = kernelOf({ name: `cumsum_columns${suffix}`, storage, threads, parameters, body })
    return launchOf(kernel, ceilDivide(outer * inner, threads), threads)
  }
  const body = `
  __shared__ ${number} totals[${threads / 32}];
  const long long start = (long long)blockIdx.x * length;
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  ${number} carried = 0;
  for (int tile = 0; tile < length; tile += ${threads}) {
    const int step = tile + threadIdx.x;
    const long long at = start + ${reverse ? 'length - 1 - step' : 'step'};
    const ${number} value = step < length ? ${read('at')} : 0;
    ${number} sum = value;
#pragma unroll
    for (int distance = 1; distance < 32; distance *= 2) {
      const ${number} other = __shfl_up_sync(FULL, sum, distance);
      if (lane >= distance) sum += other;
    }
    if (lane == 31) totals[warp] = sum;
    __syncthreads();
    ${number} before = carried;
    for (int other = 0; other < ${threads / 32}; other++) {
      if (other < warp) before += totals[other];
      carried += totals[other];
    }
    ${exclusive ? `const ${number} previous = __shfl_up_sync(FULL, sum, 1);` : ''}
    if (step < length) ${write('at', exclusive ? 'before + (lane > 0 ? previous : 0)' : 'before + sum')};
    __syncthreads();
  }`
  const kernel = kernelOf({ name: `cumsum_rows${suffix}`, storage, threads, parameters, body })
  return launchOf(kernel, outer, threads)
}
