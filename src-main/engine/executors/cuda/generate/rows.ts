/** Kernels over rows of the last axis, a block per row. */
import type { Storage } from '../driver.ts'
import type { Kernel } from '../kernel.ts'
import { fixedKernel } from './fixed.ts'
import { memoryTypes } from './scalar.ts'

const eachRow = 'for (long long row = blockIdx.x; row < rows; row += gridDim.x)'

/**
 * Running sums. A thread sums a stretch of the row, stretches are summed up in shared memory, then each thread writes its
 * stretch from where the ones before it ended.
 */
export function cumsumKernel(storage: Storage): Kernel {
  const type = memoryTypes[storage]
  return fixedKernel(
    'cumsum',
    ['int64', 'int32', 'int32', 'int32', 'pointer', 'pointer'],
    `const long long rows, const int width, const int reverse, const int exclusive, const ${type}* source, ${type}* target`,
    `__shared__ ${type} sums[256];
const int stretch = (width + blockDim.x - 1) / blockDim.x;
${eachRow} {
  const ${type}* x = source + row * width;
  ${type}* y = target + row * width;
  const int from = min(width, (int)threadIdx.x * stretch), to = min(width, from + stretch);
  ${type} sum = 0;
  for (int i = from; i < to; i++) sum += x[reverse ? width - 1 - i : i];
  sums[threadIdx.x] = sum;
  __syncthreads();
  for (int reach = 1; reach < blockDim.x; reach *= 2) {
    const ${type} before = threadIdx.x >= reach ? sums[threadIdx.x - reach] : 0;
    __syncthreads();
    sums[threadIdx.x] += before;
    __syncthreads();
  }
  ${type} running = threadIdx.x == 0 ? 0 : sums[threadIdx.x - 1];
  for (int i = from; i < to; i++) {
    const int place = reverse ? width - 1 - i : i;
    const ${type} own = x[place];
    y[place] = exclusive ? running : running + own;
    running += own;
  }
  __syncthreads();
}
`,
  )
}

/** Index of the largest element, the lowest of equals. A NaN counts as the largest. */
export const argmaxKernel: Kernel = fixedKernel(
  'argmax',
  ['int64', 'int32', 'pointer', 'pointer'],
  'const long long rows, const int width, const float* source, int* target',
  `__shared__ float best[256];
__shared__ int places[256];
${eachRow} {
  const float* x = source + row * width;
  float largest = __int_as_float(0xff800000);
  int place = width;
  for (int i = threadIdx.x; i < width; i += blockDim.x)
    if (place == width || x[i] > largest || (x[i] != x[i] && largest == largest)) { largest = x[i]; place = i; }
  best[threadIdx.x] = largest;
  places[threadIdx.x] = place;
  __syncthreads();
  for (int half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      const float other = best[threadIdx.x + half], mine = best[threadIdx.x];
      const int there = places[threadIdx.x + half], here = places[threadIdx.x];
      const bool equal = other == mine || (other != other && mine != mine);
      const bool larger = other > mine || (other != other && mine == mine);
      if (there < width && (here == width || larger || (equal && there < here))) {
        best[threadIdx.x] = other;
        places[threadIdx.x] = there;
      }
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) target[row] = places[0];
  __syncthreads();
}
`,
)

/** Bitonic sort of rows padded to a power of two in device memory, largest first and the lower index first of equals. */
export const topKKernel: Kernel = fixedKernel(
  'topk',
  ['int64', 'int32', 'int32', 'int32', 'pointer', 'pointer', 'pointer', 'pointer', 'pointer'],
  `const long long rows, const int width, const int padded, const int count, const float* source, float* keys, int* places,
  float* values, int* indices`,
  `${eachRow} {
  float* key = keys + row * padded;
  int* place = places + row * padded;
  for (int i = threadIdx.x; i < padded; i += blockDim.x) {
    key[i] = i < width ? source[row * width + i] : __int_as_float(0xff800000);
    place[i] = i;
  }
  __syncthreads();
  for (int size = 2; size <= padded; size *= 2)
    for (int reach = size / 2; reach > 0; reach /= 2) {
      for (int i = threadIdx.x; i < padded; i += blockDim.x) {
        const int j = i ^ reach;
        if (j > i) {
          const float a = key[i], b = key[j];
          const int p = place[i], q = place[j];
          const bool after = b > a || (b == a && q < p);
          if (after == ((i & size) == 0)) { key[i] = b; key[j] = a; place[i] = q; place[j] = p; }
        }
      }
      __syncthreads();
    }
  for (int i = threadIdx.x; i < count; i += blockDim.x) {
    values[row * count + i] = key[i];
    indices[row * count + i] = place[i];
  }
  __syncthreads();
}
`,
)
