/**
 * Draws a token per row of logits after a cut by top-k and top-p, as the engine's sampling program does: tokens in falling
 * order, equals by index; the first k stay, of these those whose mass before is below top-p of what k left; then the first
 * whose running sum exceeds u times what stayed.
 *
 * Floor: memory, a row of logits read once. Nothing is sorted: each of the three cuts asks for the largest key at which a
 * count, or a sum of probabilities, of all larger keys reaches a target, and finds it four bits at a time, fifteen sums in
 * registers per round. So that these rounds read few numbers, the first pass after the maximum counts how many tokens lie
 * within 1, 2, … 15 nats of it; where those that suffice are at most 4,096, they are copied to shared memory in the order of
 * their index and the rounds run over them. A flatter row is walked whole: right as well, at some thirty reads of it. Sums
 * are in a fixed order.
 */
import type { Launch } from '../kernel.ts'
import { kernelOf, launchOf, reductions, type Storage } from './prelude.ts'
import { runningSums, samplingEnd, samplingParameters, samplingStart, samplingThreads } from './sample.ts'

const warps = samplingThreads / 32
const capacity = 4096

const keys = `
__device__ __forceinline__ unsigned keyOf(float z) {
  const unsigned bits = z == 0.f ? 0u : __float_as_uint(z);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}
__device__ __forceinline__ float fromKey(unsigned key) {
  return __uint_as_float(key & 0x80000000u ? key & 0x7fffffffu : ~key);
}
template <int HALF> __device__ __forceinline__ void fold(float* part) {
  const bool upper = threadIdx.x & (2 * HALF);
#pragma unroll
  for (int each = 0; each < HALF; each++) {
    const float sent = upper ? part[each] : part[each + HALF];
    part[each] = (upper ? part[each + HALF] : part[each]) + __shfl_xor_sync(FULL, sent, 2 * HALF);
  }
}
// Sums of fifteen numbers over the block, in a fixed order; \`partial\` keeps each warp's.
__device__ __forceinline__ void sumFifteen(const float* mine, float (*partial)[${warps}], float* all) {
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  __syncthreads();
  // Lanes halve what they hold at each exchange, so that sixteen sums take as many shuffles as three would one by one.
  float part[16];
#pragma unroll
  for (int each = 0; each < 16; each++) part[each] = each < 15 ? mine[each] : 0.f;
  fold<8>(part);
  fold<4>(part);
  fold<2>(part);
  fold<1>(part);
  part[0] += __shfl_xor_sync(FULL, part[0], 1);
  if (lane % 2 == 0 && lane < 30) partial[lane / 2][warp] = part[0];
  __syncthreads();
  if (threadIdx.x < 15) {
    float sum = 0.f;
    for (int other = 0; other < ${warps}; other++) sum += partial[threadIdx.x][other];
    all[threadIdx.x] = sum;
  }
  __syncthreads();
}
`

/** Which tokens the rounds look at: a list in shared memory, or the whole row; each warp a stretch of them in order. */
const collectText = `
  float within[15] = {}, mass[15] = {};
  for (int at = warp * stretch + lane; at < stretchEnd; at += 32) {
    const float z = toFloat(row[at]) * inverse - all.highest, weight = __expf(z);
#pragma unroll
    for (int nats = 0; nats < 15; nats++)
      if (z >= -1.f - nats) { within[nats] += 1.f; mass[nats] += weight; }
  }
  sumFifteen(mass, partial, results);
  int chosen = -1;
  if (count >= length)
    for (int nats = 14; nats >= 0; nats--)
      if (results[nats] >= 1.0001f * *topP * all.total) chosen = nats;
  sumFifteen(within, partial, results);
  if (count < length)
    for (int nats = 14; nats >= 0; nats--)
      if (results[nats] >= count) chosen = nats;
  const bool listed = chosen >= 0 && results[chosen] <= ${capacity};
  const int items = listed ? (int)results[chosen] : length;
  if (listed) {
    int offset = 0;
    for (int other = 0; other < warp; other++) offset += (int)partial[chosen][other];
    for (int tile = warp * stretch; tile < stretchEnd; tile += 32) {
      const int at = tile + lane;
      const float z = at < stretchEnd ? toFloat(row[at]) * inverse : -INFINITE;
      const bool near = at < stretchEnd && z - all.highest >= -1.f - chosen;
      const unsigned votes = __ballot_sync(FULL, near);
      if (near) {
        const int slot = offset + __popc(votes & ((1u << lane) - 1));
        listKeys[slot] = keyOf(z);
        listPlaces[slot] = at;
      }
      offset += __popc(votes);
    }
  }
  __syncthreads();
  const int share = (items + ${warps - 1}) / ${warps};
  const int first = warp * share, end = min(first + share, items);
  const auto keyAt = [&](int at) { return listed ? listKeys[at] : keyOf(toFloat(row[at]) * inverse); };
  const auto weightOf = [&](unsigned key) { return __expf(fromKey(key) - all.highest); };`

const cutText = `
  // The largest key x at which the sum over all keys ≥ x reaches the target, or exceeds it.
  const auto select = [&](bool counts, float target, bool exceeds) {
    unsigned prefix = 0;
    for (int shift = 28; shift >= 0; shift -= 4) {
      float sums[15] = {};
      for (int at = first + lane; at < end; at += 32) {
        const unsigned key = keyAt(at);
        if (key < prefix) continue;
        const float weight = counts ? 1.f : weightOf(key);
#pragma unroll
        for (int digit = 1; digit < 16; digit++)
          if (key >= (prefix | (unsigned)digit << shift)) sums[digit - 1] += weight;
      }
      sumFifteen(sums, partial, results);
      int digit = 0;
      for (int each = 1; each < 16; each++)
        if (exceeds ? results[each - 1] > target : results[each - 1] >= target) digit = each;
      prefix |= (unsigned)digit << shift;
    }
    return prefix;
  };
  // Of the keys above one: their mass and number; and how many equal it.
  float above = 0.f, aboveCount = 0.f, equals = 0.f;
  const auto tally = [&](unsigned than) {
    float sums[15] = {};
    for (int at = first + lane; at < end; at += 32) {
      const unsigned key = keyAt(at);
      if (key > than) { sums[0] += weightOf(key); sums[1] += 1.f; }
      if (key == than) sums[2] += 1.f;
    }
    sumFifteen(sums, partial, results);
    above = results[0];
    aboveCount = results[1];
    equals = results[2];
  };
  // What stays: all keys above the lowest, and so many of those that equal it.
  unsigned lowest = 0;
  float quota = length, kept = all.total;
  if (count < length) {
    lowest = select(true, count, false);
    tally(lowest);
    quota = count - aboveCount;
    kept = above + quota * weightOf(lowest);
  }
  if (*topP < 1.f) {
    const float target = *topP * kept;
    const unsigned cut = max(select(false, target, false), lowest);
    tally(cut);
    const float weight = weightOf(cut);
    const float most = cut == lowest ? fminf(quota, equals) : equals;
    // The one at place j of equals stays while above + j · weight is below the target; the first of all stays.
    quota = weight > 0.f ? fminf(fmaxf(ceilf((target - above) / weight), 1.f), most) : 1.f;
    lowest = cut;
    kept = above + quota * weight;
  }
  const float target = uniforms[blockIdx.x] * kept;
  const unsigned drawn = max(select(false, target, true), lowest);
  tally(drawn);
  const float weight = weightOf(drawn);
  const float most = drawn == lowest ? fminf(quota, equals) : equals;
  const int wanted = weight > 0.f ? (int)fminf(fmaxf(floorf((target - above) / weight), 0.f), most - 1.f) : 0;
  // The wanted one of the equals, by index: each warp counts its stretch, and the one that holds it looks.
  float own[15] = {};
  for (int at = first + lane; at < end; at += 32)
    if (keyAt(at) == drawn) own[0] += 1.f;
  sumFifteen(own, partial, results);
  int before = 0;
  for (int other = 0; other < warp; other++) before += (int)partial[0][other];
  if (wanted >= before && wanted < before + (int)partial[0][warp]) {
    for (int tile = first; tile < end; tile += 32) {
      const int at = tile + lane;
      const bool hit = at < end && keyAt(at) == drawn;
      const unsigned votes = __ballot_sync(FULL, hit);
      if (hit && before + __popc(votes & ((1u << lane) - 1)) == wanted) winner = listed ? listPlaces[at] : at;
      before += __popc(votes);
    }
  }
  __syncthreads();
  const int token = winner;`

/** Arguments: those of `sampleLaunch`, then float32 topP [1] and the number of tokens that top-k keeps (the length: all). */
export function sampleFilteredLaunch(storage: Storage, rows: number): Launch {
  const kernel = kernelOf({
    name: `sample_filtered_${storage}`,
    storage,
    threads: samplingThreads,
    parts: [reductions, runningSums, keys],
    parameters: { ...samplingParameters, uniforms: 'const float*', topP: 'const float*', count: 'int' },
    body: `
  __shared__ Running parts[${warps}];
  __shared__ float partial[15][${warps}], results[15];
  __shared__ unsigned listKeys[${capacity}];
  __shared__ int listPlaces[${capacity}], winner;${samplingStart}
  for (int at = warp * stretch + lane; at < stretchEnd; at += 32) take(sums, toFloat(row[at]) * inverse);
  const Running all = joinAll(sums, parts);
  if (threadIdx.x == 0) winner = 0;${collectText}${cutText}${samplingEnd}`,
  })
  return launchOf(kernel, rows, samplingThreads)
}
