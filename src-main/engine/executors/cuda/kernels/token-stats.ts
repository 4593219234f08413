/**
 * Statistics of target tokens from chunks of logits, and the way back. With z = logits / τ, u = z − max z, P = softmax(z):
 * lp = u[target] − log Σ eᵘ,  H = log Σ eᵘ − Σ u·eᵘ / Σ eᵘ,  Σ Pⁿ (log P + H) = (Σ u·eⁿᵘ − (log Σ eᵘ − H) Σ eⁿᵘ) / (Σ eᵘ)ⁿ,
 *   d/dz = g_lp (onehot − P) − g_H · P (log P + H).
 *
 * Floor: memory, each chunk of logits read once on the way forward, and read and written once on the way back; a chunk of
 * tokens by a part of the vocabulary that fits the second-level cache (2,048 × 4,096 float32) never leaves it between the
 * matrix product and this kernel. Maximum and sums are kept online: a thread rescales its own sums where a vector raises its
 * maximum, the block joins them once per chunk, and the row's state carries them from one part of the vocabulary to the next.
 */
import type { Launch } from '../kernel.ts'
import { ceilDivide, elementsPerVector, kernelOf, launchOf, reductions, type Storage } from './prelude.ts'

const threads = 256
const warps = threads / 32

/** Numbers of a row's state: maximum, Σ eᵘ, Σ u·eᵘ, target's logit, then the same two sums of squares and of cubes. */
export const tokenStateSize = 8

/** Columns `threadIdx.x`, … of a row in vectors, the rest one by one; rows begin at multiples of 16 bytes where `aligned`. */
const walk = (storage: Storage, body: (load: string, size: string) => string): string =>
  `
  const bool aligned = pitch % VECTOR == 0;
  const int whole = aligned ? columns / VECTOR : 0;
  for (int part = threadIdx.x; part < whole; part += ${threads}) {
    const int column = part * VECTOR;
    ${body(`load16(row + column, z);`, 'VECTOR')}
  }
  for (int column = whole * VECTOR + threadIdx.x; column < columns; column += ${threads}) {
    ${body('z[0] = toFloat(row[column]);', '1')}
  }`.replaceAll('VECTOR', String(elementsPerVector(storage)))

// Σ eⁿᵘ shrinks by eⁿᵈ when all u grow by d ≤ 0, and Σ u·eⁿᵘ takes d times the former with it.
const rescale = `
template <int COUNT> __device__ __forceinline__ void rescale(float* sums, float from, float to) {
  if (from == -INFINITE) return;
  const float d = from - to, e = __expf(d);
  float power = e;
#pragma unroll
  for (int n = 0; n < COUNT; n += 2) {
    sums[n + 1] = (sums[n + 1] + d * sums[n]) * power;
    sums[n] *= power;
    power *= e;
  }
}
`

export interface TokenStatsOptions {
  readonly storage: Storage
  /** Whether the second-order sums are kept as well. */
  readonly moments: boolean
}

/**
 * Takes a chunk into the rows' states. Arguments: logits [rows, pitch] of `columns` columns from `column0` of the vocabulary
 * on, int32 targets [rows] or null, float32 temperature [1], float32 state [rows, 8], pitch, columns, column0, and whether the
 * states begin here.
 */
export function tokenStatsLaunch({ storage, moments }: TokenStatsOptions, rows: number): Launch {
  const kernel = kernelOf({
    name: `token_stats${moments ? '_moments' : ''}_${storage}`,
    storage,
    threads,
    parts: [reductions, rescale],
    constants: { SUMS: moments ? 6 : 2, VECTOR: elementsPerVector(storage) },
    parameters: {
      logits: 'const T*',
      targets: 'const int*',
      temperature: 'const float*',
      state: 'float*',
      pitch: 'int',
      columns: 'int',
      column0: 'int',
      begins: 'int',
    },
    body: `
  __shared__ float shared[32];
  const T* row = logits + (long long)blockIdx.x * pitch;
  float* own = state + (long long)blockIdx.x * ${tokenStateSize};
  const float inverse = 1.f / *temperature;
  // sums[2n] and sums[2n + 1]: Σ eⁿ⁺¹·ᵘ and Σ u·eⁿ⁺¹·ᵘ
  float highest = -INFINITE, sums[SUMS] = {};
  ${walk(
    storage,
    (load, size) => `float z[VECTOR];
    ${load}
    float most = highest;
#pragma unroll
    for (int i = 0; i < ${size}; i++) { z[i] *= inverse; most = fmaxf(most, z[i]); }
    if (most > highest) {
      rescale<SUMS>(sums, highest, most);
      highest = most;
    }
#pragma unroll
    for (int i = 0; i < ${size}; i++) {
      const float u = z[i] - highest, e = __expf(u);
      float power = e;
#pragma unroll
      for (int n = 0; n < SUMS; n += 2) {
        sums[n] += power;
        if (power > 0.f) sums[n + 1] += u * power;
        power *= e;
      }
    }`,
  )}
  const float before = begins ? -INFINITE : own[0];
  const float most = blockMax<${warps}>(fmaxf(highest, before), shared);
  rescale<SUMS>(sums, highest, most);
#pragma unroll
  for (int n = 0; n < SUMS; n++) sums[n] = blockSum<${warps}>(sums[n], shared);
  if (threadIdx.x != 0) return;
  float kept[SUMS] = {};
  if (!begins) {
    kept[0] = own[1];
    kept[1] = own[2];
#pragma unroll
    for (int n = 2; n < SUMS; n++) kept[n] = own[n + 2];
  }
  rescale<SUMS>(kept, before, most);
  own[0] = most;
  own[1] = kept[0] + sums[0];
  own[2] = kept[1] + sums[1];
#pragma unroll
  for (int n = 2; n < SUMS; n++) own[n + 2] = kept[n] + sums[n];
  if (!targets) return;
  const int target = targets[blockIdx.x] - column0;
  if (target >= 0 && target < columns) own[3] = toFloat(row[target]) * inverse;`,
  })
  return launchOf(kernel, rows, threads)
}

/**
 * States to statistics. Arguments: state [rows, 8], float32 logprobs, entropies, logSums (max + log Σ eᵘ), squares, cubes
 * [rows], each null where it is not asked for, rows.
 */
export function tokenStatsEndLaunch(rows: number): Launch {
  const kernel = kernelOf({
    name: 'token_stats_end',
    threads,
    parameters: {
      state: 'const float*',
      logprobs: 'float*',
      entropies: 'float*',
      logSums: 'float*',
      squares: 'float*',
      cubes: 'float*',
      rows: 'int',
    },
    body: `
  const int row = blockIdx.x * ${threads} + threadIdx.x;
  if (row >= rows) return;
  const float* own = state + (long long)row * ${tokenStateSize};
  const float total = own[1], log = logf(total), entropy = log - own[2] / total;
  if (logprobs) logprobs[row] = own[3] - own[0] - log;
  if (entropies) entropies[row] = entropy;
  if (logSums) logSums[row] = own[0] + log;
  if (squares) squares[row] = (own[5] - (log - entropy) * own[4]) / (total * total);
  if (cubes) cubes[row] = (own[7] - (log - entropy) * own[6]) / (total * total * total);`,
  })
  return launchOf(kernel, ceilDivide(rows, threads), threads)
}

export interface LogitsGradOptions {
  readonly storage: Storage
  /** Of the gradients; of the logits' own storage they may take the logits' place. */
  readonly result: Storage
}

/**
 * Logits to their gradients. Arguments: logits [rows, pitch] of `columns` columns from `column0` on, out [rows, pitch] (may
 * be the logits where the storage is theirs), int32 targets, float32 logSums, entropies, cotangents of lp and of H (or null)
 * [rows], temperature [1], pitch, columns, column0.
 */
export function logitsGradLaunch({ storage, result }: LogitsGradOptions, rows: number): Launch {
  const resultType = result === 'float32' ? 'float' : 'bf16'
  // The wider of the two, so that both sides move 16 bytes at a time.
  const vector = Math.max(elementsPerVector(storage), elementsPerVector(result))
  const steps = (kind: Storage, call: (at: string) => string) =>
    Array.from({ length: vector / elementsPerVector(kind) }, (_, step) =>
      call(String(step * elementsPerVector(kind))),
    ).join(' ')
  const kernel = kernelOf({
    name: `logits_grad_${storage}_${result}`,
    storage,
    threads,
    inPlace: true,
    constants: { VECTOR: vector },
    parameters: {
      logits: 'const T*',
      out: `${resultType}*`,
      targets: 'const int*',
      logSums: 'const float*',
      entropies: 'const float*',
      dLogprobs: 'const float*',
      dEntropies: 'const float*',
      temperature: 'const float*',
      pitch: 'int',
      columns: 'int',
      column0: 'int',
    },
    body: `
  const T* row = logits + (long long)blockIdx.x * pitch;
  ${resultType}* target = out + (long long)blockIdx.x * pitch;
  const float inverse = 1.f / *temperature, logSum = logSums[blockIdx.x];
  const float gLogprob = dLogprobs[blockIdx.x] * inverse;
  const float gEntropy = dEntropies ? dEntropies[blockIdx.x] * inverse : 0.f;
  const float entropy = dEntropies ? entropies[blockIdx.x] : 0.f;
  const int hit = targets[blockIdx.x] - column0;
  const auto slope = [&](float z, int column) {
    const float logP = z * inverse - logSum;
    return (column == hit ? gLogprob : 0.f) - __expf(logP) * (gLogprob + gEntropy * (logP + entropy));
  };
  const int whole = pitch % VECTOR == 0 ? columns / VECTOR : 0;
  for (int part = threadIdx.x; part < whole; part += ${threads}) {
    const int column = part * VECTOR;
    float z[VECTOR];
    ${steps(storage, (at) => `load16(row + column + ${at}, z + ${at});`)}
#pragma unroll
    for (int i = 0; i < VECTOR; i++) z[i] = slope(z[i], column + i);
    ${steps(result, (at) => `store16(target + column + ${at}, z + ${at});`)}
  }
  for (int column = whole * VECTOR + threadIdx.x; column < columns; column += ${threads})
    put(target + column, slope(toFloat(row[column]), column));`,
  })
  return launchOf(kernel, rows, threads)
}
