/**
 * Draws a token per row of logits, as the engine's sampling programs do, with its log-probability and the row's entropy (both
 * of softmax(logits / τ) whole): the largest logit, or the first token whose running sum of probabilities exceeds u times
 * their total. `sample-filtered.ts` cuts by top-k and top-p first.
 *
 * Floor: memory, a row of logits read once; what goes to the host is a token and two numbers a row. One block a row; each of
 * its warps sums a stretch of the vocabulary online. The draw then reads again only the stretch it falls in, cut into
 * stretches by the same rule, and of that one warp scans a sixteenth: no array of running sums exists. Sums are in a fixed
 * order, so equal logits and uniforms give equal tokens.
 */
import type { Launch } from '../kernel.ts'
import { kernelOf, launchOf, reductions, type Storage } from './prelude.ts'

export const samplingThreads = 512
const warps = samplingThreads / 32

/** Maximum, Σ eᵘ and Σ u·eᵘ with u = z − maximum, taken in one number at a time, and joined. */
export const runningSums = `
struct Running { float highest, total, weighted; };
__device__ __forceinline__ void lift(Running& sums, float to) {
  if (sums.highest == -INFINITE) { sums.highest = to; return; }
  const float d = sums.highest - to, e = __expf(d);
  sums.weighted = (sums.weighted + d * sums.total) * e;
  sums.total *= e;
  sums.highest = to;
}
__device__ __forceinline__ void take(Running& sums, float z) {
  if (z > sums.highest) lift(sums, z);
  const float u = z - sums.highest, e = __expf(u);
  sums.total += e;
  if (e > 0.f) sums.weighted += u * e;
}
__device__ __forceinline__ void join(Running& sums, Running other) {
  const float most = fmaxf(sums.highest, other.highest);
  if (most == -INFINITE) return;
  lift(sums, most);
  lift(other, most);
  sums.total += other.total;
  sums.weighted += other.weighted;
}
// Every thread of the block gets the row's sums; \`parts\` holds those of each warp. The lanes of a warp come in.
__device__ __forceinline__ Running joinAll(Running sums, Running* parts) {
#pragma unroll
  for (int distance = 16; distance; distance >>= 1) {
    Running other;
    other.highest = __shfl_xor_sync(FULL, sums.highest, distance);
    other.total = __shfl_xor_sync(FULL, sums.total, distance);
    other.weighted = __shfl_xor_sync(FULL, sums.weighted, distance);
    join(sums, other);
  }
  if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = sums;
  __syncthreads();
  Running all = parts[0];
  for (int warp = 1; warp < ${warps}; warp++) join(all, parts[warp]);
  return all;
}
`

/** Where a running sum over some parts exceeds a target: the part, and what of the target is left for it. */
const findPart = `
__device__ __forceinline__ int findPart(const float* sums, float& target) {
  float before = 0.f, left = target;
  int found = -1, last = 0;
  for (int part = 0; part < ${warps}; part++) {
    if (sums[part] > 0.f) last = part;
    if (found < 0 && before + sums[part] > target) { found = part; left = target - before; }
    before += sums[part];
  }
  // Rounding can leave the target past the end: then it is the last part with anything in it, to its end.
  target = found < 0 ? INFINITE : left;
  return found < 0 ? last : found;
}
`

const drawText = `
  __shared__ float weights[${warps}];
  int from = 0, size = length;
  float target = 0.f;
  for (int level = 0; level < 2; level++) {
    const int stretch = (size + ${warps - 1}) / ${warps};
    float sum = 0.f;
    if (level == 0) {
      sum = parts[warp].highest == -INFINITE ? 0.f : parts[warp].total * __expf(parts[warp].highest - all.highest);
    } else {
      const int end = min(from + (warp + 1) * stretch, from + size);
      for (int at = from + warp * stretch + lane; at < end; at += 32) sum += __expf(toFloat(row[at]) * inverse - all.highest);
      sum = warpSum(sum);
    }
    __syncthreads();
    if (lane == 0) weights[warp] = sum;
    __syncthreads();
    if (level == 0) {
      float total = 0.f;
      for (int each = 0; each < ${warps}; each++) total += weights[each];
      target = uniforms[blockIdx.x] * total;
    }
    const int part = findPart(weights, target);
    from += part * stretch;
    size = min(stretch, size - part * stretch);
  }
  if (warp != 0) return;
  int token = -1, last = from;
  float before = 0.f;
  for (int tile = 0; tile < size && token < 0; tile += 32) {
    const int at = from + tile + lane;
    const float weight = tile + lane < size ? __expf(toFloat(row[at]) * inverse - all.highest) : 0.f;
    float running = weight;
#pragma unroll
    for (int distance = 1; distance < 32; distance *= 2) {
      const float other = __shfl_up_sync(FULL, running, distance);
      if (lane >= distance) running += other;
    }
    const unsigned passed = __ballot_sync(FULL, weight > 0.f && before + running > target);
    const unsigned positive = __ballot_sync(FULL, weight > 0.f);
    if (positive) last = from + tile + 31 - __clz(positive);
    if (passed) token = from + tile + __ffs(passed) - 1;
    before += __shfl_sync(FULL, running, 31);
  }
  if (token < 0) token = last;`

const argmaxText = `
  __shared__ float bests[${warps}];
  __shared__ int places[${warps}];
#pragma unroll
  for (int distance = 16; distance; distance >>= 1) {
    const float other = __shfl_xor_sync(FULL, best, distance);
    const int otherPlace = __shfl_xor_sync(FULL, place, distance);
    if (otherPlace >= 0 && (place < 0 || other > best || (other == best && otherPlace < place))) {
      best = other;
      place = otherPlace;
    }
  }
  if (lane == 0) { bests[warp] = best; places[warp] = place; }
  __syncthreads();
  int token = places[0];
  float most = bests[0];
  for (int each = 1; each < ${warps}; each++)
    if (places[each] >= 0 && bests[each] > most) { most = bests[each]; token = places[each]; }`

/** What a sampling kernel begins and ends with. */
export const samplingStart = `
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const T* row = logits + (long long)blockIdx.x * pitch;
  const float inverse = 1.f / *temperature;
  const int stretch = (length + ${warps - 1}) / ${warps};
  const int stretchEnd = min((warp + 1) * stretch, length);
  Running sums = {-INFINITE, 0.f, 0.f};`

export const samplingEnd = `
  if (threadIdx.x == 0) {
    const float log = logf(all.total);
    tokens[blockIdx.x] = token;
    logprobs[blockIdx.x] = toFloat(row[token]) * inverse - all.highest - log;
    entropies[blockIdx.x] = log - all.weighted / all.total;
  }`

export const samplingParameters = {
  logits: 'const T*',
  temperature: 'const float*',
  tokens: 'int*',
  logprobs: 'float*',
  entropies: 'float*',
  pitch: 'int',
  length: 'int',
} as const

/** The largest logit. Arguments: logits [rows, pitch], temperature [1], tokens, logprobs, entropies [rows], pitch, length. */
export function greedyLaunch(storage: Storage, rows: number): Launch {
  const kernel = kernelOf({
    name: `sample_greedy_${storage}`,
    storage,
    threads: samplingThreads,
    parts: [reductions, runningSums],
    parameters: samplingParameters,
    body: `
  __shared__ Running parts[${warps}];${samplingStart}
  float best = -INFINITE;
  int place = -1;
  for (int at = warp * stretch + lane; at < stretchEnd; at += 32) {
    const float logit = toFloat(row[at]);
    take(sums, logit * inverse);
    if (place < 0 || logit > best) { best = logit; place = at; }
  }
  const Running all = joinAll(sums, parts);${argmaxText}${samplingEnd}`,
  })
  return launchOf(kernel, rows, samplingThreads)
}

/** From all tokens. Arguments: those of `greedyLaunch`, then float32 uniforms [rows]. */
export function sampleLaunch(storage: Storage, rows: number): Launch {
  const kernel = kernelOf({
    name: `sample_full_${storage}`,
    storage,
    threads: samplingThreads,
    parts: [reductions, runningSums, findPart],
    parameters: { ...samplingParameters, uniforms: 'const float*' },
    body: `
  __shared__ Running parts[${warps}];${samplingStart}
  for (int at = warp * stretch + lane; at < stretchEnd; at += 32) take(sums, toFloat(row[at]) * inverse);
  const Running all = joinAll(sums, parts);${drawText}${samplingEnd}`,
  })
  return launchOf(kernel, rows, samplingThreads)
}
