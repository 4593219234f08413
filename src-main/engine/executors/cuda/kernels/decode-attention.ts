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
import { decodeTensorText, decodeWarps, tileKeys } from './decode-tensor.ts'
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

const threads = decodeWarps * 32

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
    body: `${placesText(prompts)}${tensor ? decodeTensorText : decodePlainText}
  ${append ? `if (blockIdx.x == 0${tensor ? '' : ' && blockIdx.y % GROUP == 0'}) {${appendText}\n  }` : ''}`,
  })
}

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
  const sharedBytes = decodeWarps * 4 * tileKeys * (headDim + 8) * 2
  const attend: Launch = { kernel, grid: [parts, keyValueHeads, batch], block: [threads, 1, 1], sharedBytes }
  if (parts === 1) return { attend, scratch: 0 }
  const join = launchOf(joinKernel(shape), ceilDivide(batch * heads * headDim, threads), threads)
  return { attend, join, scratch: parts * batch * heads * (headDim + 2) }
}
