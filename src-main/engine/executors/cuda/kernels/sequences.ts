/**
 * Where sequences lie in packed rows, from the indices that lead to the padded layout.
 *
 * Floor: nothing to speak of, a few integers per token once per program. A block takes one sequence and looks through all places.
 */
import type { Launch } from '../kernel.ts'
import { kernelOf, launchOf } from './prelude.ts'

const threads = 256

/**
 * Arguments: int32 spread [time · batch] (the packed row of each padded place), places [rows] (the padded place of each
 * packed row), out: first row and length of each sequence [batch] each; rows, batch. A sequence without rows begins at 0.
 */
export function sequencesLaunch(batch: number): Launch {
  const kernel = kernelOf({
    name: 'sequences',
    threads,
    parameters: {
      spread: 'const int*',
      places: 'const int*',
      firsts: 'int*',
      lengths: 'int*',
      rows: 'int',
      batch: 'int',
    },
    body: `
  __shared__ int counts[${threads / 32}];
  const int sequence = blockIdx.x;
  int count = 0;
  for (int row = threadIdx.x; row < rows; row += ${threads}) count += places[row] % batch == sequence;
#pragma unroll
  for (int distance = 16; distance; distance >>= 1) count += __shfl_xor_sync(FULL, count, distance);
  if (threadIdx.x % 32 == 0) counts[threadIdx.x / 32] = count;
  __syncthreads();
  if (threadIdx.x != 0) return;
  int total = 0;
  for (int warp = 0; warp < ${threads / 32}; warp++) total += counts[warp];
  lengths[sequence] = total;
  firsts[sequence] = total > 0 ? spread[sequence] : 0;`,
  })
  return launchOf(kernel, batch, threads)
}
