/**
 * Attention of one new token per sequence over the cache and itself, split over the keys (Dao et al. 2023, Flash-Decoding).
 *
 * Floor: memory, each visible key and value once. A block takes one sequence, one key/value head with all query heads that
 * share it, and one part of the keys, so that few sequences still fill a card; a last kernel joins the parts. Each of four
 * warps walks tiles of 16 keys of its own, copied one ahead into its own shared memory: no barrier between warps until the
 * end, and some 100 KB under way per multiprocessor. Tensor cores serve the group's heads together (rows of one operand, up
 * to 16), which leaves arithmetic far below the time of the bytes. The cache is time-major, so a key of a head is one
 * stretch of headDim elements; a layout with a head's keys end to end would suit memory pages better.
 *
 * Shared prompts: with `prompts`, the keys of the `lengths[b]` times before `starts[b]`, which may be before 0, are read from
 * a cache of prompts, where sequence b's prompt is entry `entries[b]` and ends at the last row. Sequences of one prompt stand
 * side by side in the grid, so that all but the first read it from the second-level cache.
 */
import type { Kernel, Launch } from '../kernel.ts'
import { type AttentionShape, constantsOf, suffixOf, usesTensorCores } from './attention-shape.ts'
import { decodePlainText } from './decode-plain.ts'
import { ceilDivide, kernelOf, launchOf, reductions } from './prelude.ts'
import { tensorCore } from './tensor-core.ts'

export interface DecodeShape extends AttentionShape {
  /** Whether keys of prompts are read from a cache of their own. */
  readonly prompts: boolean
  /** Whether the new key and value are also written to the cache, at its length. */
  readonly append: boolean
}

export interface DecodeSizes {
  readonly batch: number
  /** Most keys a sequence can see. */
  readonly keys: number
  readonly multiprocessors: number
}

export interface DecodeLaunches {
  readonly attend: Launch
  /** Absent where one part holds all keys. */
  readonly join?: Launch
  /** Float32 numbers of the scratch: sums, and maximum and total, of each part. */
  readonly scratch: number
}

const threads = 128
const warps = threads / 32
const tileKeys = 16

const onTensorCores = (shape: DecodeShape) =>
  usesTensorCores(shape) && shape.headDim <= 128 && shape.heads / shape.keyValueHeads <= 16

const parameters = ({ append, prompts }: DecodeShape) => {
  const cache = append ? 'T*' : 'const T*'
  return {
    q: 'const T*',
    k: 'const T*',
    v: 'const T*',
    keys: cache,
    values: cache,
    out: 'T*',
    scratch: 'float*',
    starts: 'const int*',
    length: 'const int*',
    past: 'int',
    batch: 'int',
    scale: 'float',
    ...(prompts && {
      promptKeys: 'const T*',
      promptValues: 'const T*',
      entries: 'const int*',
      lengths: 'const int*',
      promptTime: 'int',
      promptBatch: 'int',
    }),
  }
}

/** Where the key (or value) of time i lies: in the prompts' cache, in the cache, or the new one. */
const placesText = (prompts: boolean) => `
  const int sequence = blockIdx.z, lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const int now = length ? *length : past;
  ${
    prompts
      ? 'const int promptEnd = starts[sequence], start = promptEnd - lengths[sequence];'
      : 'const int start = starts ? starts[sequence] : 0;'
  }
  const float toLog2 = scale * 1.4426950408889634f;
  const auto rowOf = [&](const T* cache, const T* own, ${prompts ? 'const T* prompt, ' : ''}int time, int keyHead) {
    if (time >= now) return own + ((long long)sequence * KEY_HEADS + keyHead) * DIM;
    ${
      prompts
        ? `if (time < promptEnd)
      return prompt +
          ((long long)(time - promptEnd + promptTime) * promptBatch + entries[sequence]) * KEY_HEADS * DIM + keyHead * DIM;`
        : ''
    }
    return cache + (((long long)time * batch + sequence) * KEY_HEADS + keyHead) * DIM;
  };
  const auto keyAt = [&](int time, int keyHead) { return rowOf(keys, k, ${prompts ? 'promptKeys, ' : ''}time, keyHead); };
  const auto valueAt = [&](int time, int keyHead) { return rowOf(values, v, ${prompts ? 'promptValues, ' : ''}time, keyHead); };`

const appendText = `
  for (int d = threadIdx.x; d < DIM; d += ${threads}) {
    const long long own = ((long long)sequence * KEY_HEADS + keyHead) * DIM + d;
    keys[(long long)now * batch * KEY_HEADS * DIM + own] = k[own];
    values[(long long)now * batch * KEY_HEADS * DIM + own] = v[own];
  }`

function attendKernel(shape: DecodeShape): Kernel {
  const { append, prompts, storage } = shape
  const tensor = onTensorCores(shape)
  const suffix = `${append ? '_append' : ''}${prompts ? '_prompts' : ''}_${suffixOf(shape)}`
  const group = shape.heads / shape.keyValueHeads
  return kernelOf({
    name: `decode_attention${tensor ? '' : '_plain'}${suffix}`,
    storage,
    threads,
    blocks: tensor ? 3 : 1,
    // The cache is read and, one row further on, written.
    inPlace: append,
    parts: tensor ? [tensorCore] : [reductions],
    constants: { ...constantsOf(shape), HALVES: group > 8 ? 2 : 1 },
    parameters: parameters(shape),
    body: `${placesText(prompts)}${tensor ? attendText : decodePlainText}
  ${append ? `if (blockIdx.x == 0${tensor ? '' : ' && blockIdx.y % GROUP == 0'}) {${appendText}\n  }` : ''}`,
  })
}

const attendText = `
  constexpr int PITCH = Tile<DIM>::pitch, KEYS = ${tileKeys}, REGION = 4 * KEYS * PITCH;
  DYNAMIC_SHARED(bf16, shared);
  const int keyHead = blockIdx.y, g = lane / 4, t = lane % 4;
  const int tiles = (now + 1 - start + KEYS - 1) / KEYS;
  const int partTiles = (tiles + gridDim.x - 1) / gridDim.x;
  const int begin = start + blockIdx.x * partTiles * KEYS;
  const int end = min(begin + partTiles * KEYS, now + 1);
  bf16* const region = shared + warp * REGION;
  const auto copyKeys = [&](int first, int stage) {
    bf16 *keyTile = region + stage * 2 * KEYS * PITCH, *valueTile = keyTile + KEYS * PITCH;
#pragma unroll 2
    for (int chunk = lane; chunk < KEYS * (DIM / 8); chunk += 32) {
      const int row = chunk / (DIM / 8), column = chunk % (DIM / 8) * 8;
      const bool valid = first + row < end;
      const int time = valid ? first + row : now;
      copyAsync(keyTile + row * PITCH + column, keyAt(time, keyHead) + column, valid);
      copyAsync(valueTile + row * PITCH + column, valueAt(time, keyHead) + column, valid);
    }
    copyCommit();
  };
  int first = begin + warp * KEYS;
  if (first < end) copyKeys(first, 0);
  // The group's queries as rows of a fragment; rows past the group are zeros.
  unsigned a[DIM / 16][4] = {};
#pragma unroll
  for (int step = 0; step < DIM / 16; step++)
#pragma unroll
    for (int part = 0; part < 4; part++) {
      const int head = g + part % 2 * 8;
      if (head < GROUP)
        a[step][part] = *reinterpret_cast<const unsigned*>(
            q + ((long long)sequence * HEADS + keyHead * GROUP + head) * DIM + step * 16 + part / 2 * 8 + 2 * t);
    }
  float sums[HALVES][DIM / 16][4] = {}, highest[HALVES], total[HALVES] = {};
#pragma unroll
  for (int half = 0; half < HALVES; half++) highest[half] = -INFINITE;
  for (int stage = 0; first < end; first += ${warps} * KEYS, stage ^= 1) {
    __syncwarp();
    if (first + ${warps} * KEYS < end) {
      copyKeys(first + ${warps} * KEYS, stage ^ 1);
      copyWait<1>();
    } else {
      copyWait<0>();
    }
    __syncwarp();
    const bf16 *keyTile = region + stage * 2 * KEYS * PITCH, *valueTile = keyTile + KEYS * PITCH;
    float scores[2][4] = {};
#pragma unroll
    for (int step = 0; step < DIM / 16; step++) {
      unsigned b[4];
      loadB<DIM>(b, keyTile + step * 16);
      mma(scores[0], a[step], b[0], b[1]);
      mma(scores[1], a[step], b[2], b[3]);
    }
    unsigned p[HALVES][2];
    float factors[HALVES][2];
#pragma unroll
    for (int half = 0; half < HALVES; half++) {
      float most = highest[half];
#pragma unroll
      for (int n = 0; n < 2; n++)
#pragma unroll
        for (int c = 0; c < 2; c++) {
          float& score = scores[n][2 * half + c];
          score = first + n * 8 + 2 * t + c < end ? score * toLog2 : -INFINITE;
          most = fmaxf(most, score);
        }
      most = fmaxf(most, __shfl_xor_sync(FULL, most, 1));
      most = fmaxf(most, __shfl_xor_sync(FULL, most, 2));
      const float factor = fastExp2(highest[half] - most);
      highest[half] = most;
      float sum = 0.f;
#pragma unroll
      for (int n = 0; n < 2; n++) {
#pragma unroll
        for (int c = 0; c < 2; c++) {
          scores[n][2 * half + c] = fastExp2(scores[n][2 * half + c] - most);
          sum += scores[n][2 * half + c];
        }
        p[half][n] = pack2(scores[n][2 * half], scores[n][2 * half + 1]);
      }
      total[half] = total[half] * factor + sum;
      // Sums hold heads in columns 2t and 2t + 1; the factor of a head is with the lanes of its row.
      factors[half][0] = __shfl_sync(FULL, factor, 8 * t);
      factors[half][1] = __shfl_sync(FULL, factor, 8 * t + 4);
    }
#pragma unroll
    for (int m = 0; m < DIM / 16; m++) {
      // Transposed values: rows are elements of the head, columns are keys.
      unsigned transposed[4];
      loadTransposed(transposed, valueTile + (lane % 8 + lane / 16 * 8) * PITCH + m * 16 + lane % 16 / 8 * 8);
#pragma unroll
      for (int half = 0; half < HALVES; half++) {
#pragma unroll
        for (int c = 0; c < 4; c++) sums[half][m][c] *= factors[half][c % 2];
        mma(sums[half][m], transposed, p[half][0], p[half][1]);
      }
    }
  }
  // The warps' sums, maxima and totals side by side in shared memory, each in the warp's own region.
  __syncwarp();
  float* const mine = reinterpret_cast<float*>(region);
#pragma unroll
  for (int half = 0; half < HALVES; half++) {
    total[half] += __shfl_xor_sync(FULL, total[half], 1);
    total[half] += __shfl_xor_sync(FULL, total[half], 2);
    if (t == 0) {
      mine[8 * HALVES * DIM + half * 8 + g] = highest[half];
      mine[8 * HALVES * DIM + 8 * HALVES + half * 8 + g] = total[half];
    }
#pragma unroll
    for (int m = 0; m < DIM / 16; m++)
#pragma unroll
      for (int c = 0; c < 4; c++) mine[(half * 8 + 2 * t + c % 2) * DIM + m * 16 + g + c / 2 * 8] = sums[half][m][c];
  }
  __syncthreads();
  for (int place = threadIdx.x; place < GROUP * DIM; place += ${threads}) {
    const int head = place / DIM;
    float most = -INFINITE, sum = 0.f, weight = 0.f;
    for (int other = 0; other < ${warps}; other++)
      most = fmaxf(most, reinterpret_cast<const float*>(shared + other * REGION)[8 * HALVES * DIM + head]);
    for (int other = 0; other < ${warps}; other++) {
      const float* theirs = reinterpret_cast<const float*>(shared + other * REGION);
      const float share = theirs[8 * HALVES * DIM + head];
      if (share == -INFINITE) continue;
      const float factor = fastExp2(share - most);
      sum += factor * theirs[place];
      weight += factor * theirs[8 * HALVES * DIM + 8 * HALVES + head];
    }
    const long long row = (long long)sequence * HEADS + keyHead * GROUP + head;
    const int d = place % DIM;
    if (gridDim.x == 1) {
      put(out + row * DIM + d, sum / weight);
      continue;
    }
    const long long part = (long long)blockIdx.x * batch * HEADS + row;
    scratch[part * DIM + d] = sum;
    if (d == 0) {
      float* statistics = scratch + (long long)gridDim.x * batch * HEADS * DIM + 2 * part;
      statistics[0] = most;
      statistics[1] = weight;
    }
  }`

function joinKernel({ storage, headDim }: DecodeShape): Kernel {
  return kernelOf({
    name: `decode_join_${storage}_${headDim}`,
    storage,
    threads,
    constants: { DIM: headDim },
    parameters: { scratch: 'const float*', out: 'T*', rows: 'int', parts: 'int' },
    body: `
  const long long place = (long long)blockIdx.x * ${threads} + threadIdx.x;
  if (place >= (long long)rows * DIM) return;
  const long long row = place / DIM;
  const float* statistics = scratch + (long long)parts * rows * DIM;
  float most = -INFINITE, sum = 0.f, weight = 0.f;
  for (int part = 0; part < parts; part++) most = fmaxf(most, statistics[2 * (part * (long long)rows + row)]);
  for (int part = 0; part < parts; part++) {
    const float* own = statistics + 2 * (part * (long long)rows + row);
    if (own[1] == 0.f) continue;
    const float factor = exp2f(own[0] - most);
    sum += factor * scratch[part * (long long)rows * DIM + place];
    weight += factor * own[1];
  }
  put(out + place, sum / weight);`,
  })
}

/** Parts of the keys: two waves of blocks, unless parts would hold fewer than 256 keys. */
function partsOf(shape: DecodeShape, { batch, keys, multiprocessors }: DecodeSizes): number {
  const wanted = ceilDivide(6 * multiprocessors, batch * shape.keyValueHeads)
  return Math.max(1, Math.min(wanted, ceilDivide(keys, 256)))
}

/**
 * Arguments of `attend`: q [batch, heads · headDim]; k, v [batch, keyValueHeads · headDim]; caches [capacity, batch,
 * keyValueHeads · headDim]; out like q; float32 scratch or null; int32 starts [batch] or null; int32 length [1] of the caches
 * in device memory, or null and the number past; batch; 1/√headDim; with `prompts`: the prompts' caches [promptTime,
 * promptBatch, keyValueHeads · headDim], int32 entries, lengths [batch], promptTime, promptBatch. Of `join`: scratch, out,
 * batch · heads, parts (the x-extent of `attend`'s grid).
 */
export function decodeAttentionLaunches(shape: DecodeShape, sizes: DecodeSizes): DecodeLaunches {
  const { batch } = sizes
  const { heads, keyValueHeads, headDim } = shape
  const kernel = attendKernel(shape)
  if (!onTensorCores(shape)) {
    return { attend: { kernel, grid: [1, heads, batch], block: [threads, 1, 1], sharedBytes: 0 }, scratch: 0 }
  }
  const parts = partsOf(shape, sizes)
  const sharedBytes = warps * 4 * tileKeys * (headDim + 8) * 2
  const attend: Launch = { kernel, grid: [parts, keyValueHeads, batch], block: [threads, 1, 1], sharedBytes }
  if (parts === 1) return { attend, scratch: 0 }
  const join = launchOf(joinKernel(shape), ceilDivide(batch * heads * headDim, threads), threads)
  return { attend, join, scratch: parts * batch * heads * (headDim + 2) }
}
