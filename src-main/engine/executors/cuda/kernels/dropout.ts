/**
 * The mask of dropout: a place is hidden where the product of its row's key and its column's entry, modulo the engine's
 * prime, is below a bound. All numbers are whole and small, so that integers give what the engine's float32 formula gives.
 *
 * Floor: memory, the mask written once; keys and table stay in the caches.
 */
import { dropoutModulus } from '../../../ops/dropout.ts'
import type { Launch } from '../kernel.ts'
import { ceilDivide, kernelOf, launchOf } from './prelude.ts'

const threads = 256

/** Arguments: float32 keys [rows, 3], table [width, 3], out [rows, width], rows, width, the bound, the factor of what stays. */
export function dropoutMaskLaunch(rows: number, width: number): Launch {
  const kernel = kernelOf({
    name: 'dropout_mask',
    threads,
    parameters: {
      ...{ keys: 'const float*', table: 'const float*', out: 'float*' },
      ...{ rows: 'int', width: 'int', hidden: 'int', kept: 'float' },
    },
    body: `
  const long long at = (long long)blockIdx.x * ${threads} + threadIdx.x;
  if (at >= (long long)rows * width) return;
  const float *key = keys + at / width * 3, *entry = table + at % width * 3;
  const int sum = (int)key[0] * (int)entry[0] + (int)key[1] * (int)entry[1] + (int)key[2] * (int)entry[2];
  out[at] = sum % ${dropoutModulus} < hidden ? 0.f : kept;`,
  })
  return launchOf(kernel, ceilDivide(rows * width, threads), threads)
}
