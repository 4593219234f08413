/**
 * Attention on tensor cores, forward (Dao 2023, FlashAttention-2): softmax(q·kᵀ · scale) · v without the scores in memory.
 *
 * Floor: operations, 2 · 2 · headDim per visible query-key pair and head (causal: half of all pairs). A block of four warps
 * takes 128 queries of one head and walks the keys up to its diagonal, the heaviest blocks first; tiles of keys and values
 * are copied one ahead of the products. A warp holds 32 queries: each fragment of keys or values read from shared memory
 * serves two products, which keeps shared memory (188 bytes a product of 16 × 8 × 16 at headDim 128) below what it can give
 * while tensor cores run at full rate on sm_80. Scores, probabilities and sums stay in registers; the rescaling of the sums
 * is left out where no row's maximum rose. Rows of a tile are padded by 16 bytes: no bank conflicts for any head size.
 */
import type { Launch } from '../kernel.ts'
import { plainForwardLaunch } from './attention-plain.ts'
import {
  type AttentionShape,
  type AttentionSizes,
  constantsOf,
  placed,
  placing,
  suffixOf,
  tileBytes,
  usesTensorCores,
} from './attention-shape.ts'
import { ceilDivide, kernelOf } from './prelude.ts'
import { tensorCore } from './tensor-core.ts'

const threads = 128

/** Keys of a tile, and 16-row tiles of queries per warp: what fits 255 registers. */
function tilesOf(headDim: number) {
  if (headDim > 128) return { keys: 32, queryTiles: 1 }
  return { keys: headDim > 64 ? 32 : 64, queryTiles: 2 }
}

/**
 * Arguments: q, k, v (rows of heads · headDim, keyValueHeads · headDim), out like q, float32 statistics [batch, heads, time]
 * or null, then `placing`. Rows that no sequence holds are not written.
 */
export function attentionLaunch(shape: AttentionShape, sizes: AttentionSizes): Launch {
  return usesTensorCores(shape) ? tensorCoreLaunch(shape, sizes) : plainForwardLaunch(shape, sizes)
}

function tensorCoreLaunch(shape: AttentionShape, { time, batch }: AttentionSizes): Launch {
  const { heads, headDim } = shape
  const { keys, queryTiles } = tilesOf(headDim)
  const queries = (threads / 32) * queryTiles * 16
  const kernel = kernelOf({
    name: `attention_${suffixOf(shape)}`,
    storage: 'bfloat16',
    threads,
    blocks: 2,
    parts: [tensorCore],
    constants: { ...constantsOf(shape), KEYS: keys, TILES: queryTiles, QUERIES: queries },
    parameters: {
      q: 'const T*',
      k: 'const T*',
      v: 'const T*',
      out: 'T*',
      statistics: 'float*',
      ...placing,
    },
    body: bodyText,
  })
  const sharedBytes = tileBytes(queries + 4 * keys, headDim)
  return { kernel, grid: [ceilDivide(time, queries), heads, batch], block: [threads, 1, 1], sharedBytes }
}

const bodyText = `
  constexpr int PITCH = Tile<DIM>::pitch;
  DYNAMIC_SHARED(bf16, shared);
  bf16* const queryTile = shared;
  bf16* const keyTiles = shared + QUERIES * PITCH;
  bf16* const valueTiles = keyTiles + 2 * KEYS * PITCH;
  const int head = blockIdx.y, sequence = blockIdx.z;
  ${placed}
  const int firstQuery = (gridDim.x - 1 - blockIdx.x) * QUERIES;
  if (firstQuery >= length) return;
  const int warp = threadIdx.x / 32, g = threadIdx.x % 32 / 4, t = threadIdx.x % 4;
  const int warpQuery = firstQuery + warp * TILES * 16;
  const long long queryPitch = (long long)stride * HEADS * DIM, keyPitch = (long long)stride * KEY_HEADS * DIM;
  const long long queryOffset = ((long long)first * HEADS + head) * DIM;
  const long long keyOffset = ((long long)first * KEY_HEADS + head / GROUP) * DIM;
  copyTile<QUERIES, DIM, ${threads}>(queryTile, q + queryOffset, queryPitch, firstQuery, length);
  const int end = min(firstQuery + QUERIES, length);
  const int begin = start / KEYS * KEYS;
  if (begin < end) {
    copyTile<KEYS, DIM, ${threads}>(keyTiles, k + keyOffset, keyPitch, begin, end);
    copyTile<KEYS, DIM, ${threads}>(valueTiles, v + keyOffset, keyPitch, begin, end);
  }
  copyCommit();
  const float toLog2 = scale * 1.4426950408889634f;
  float sums[TILES][DIM / 8][4] = {}, highest[TILES][2], total[TILES][2] = {};
#pragma unroll
  for (int m = 0; m < TILES; m++) highest[m][0] = highest[m][1] = -INFINITE;
  for (int key = begin, stage = 0; key < end; key += KEYS, stage ^= 1) {
    copyWait<0>();
    __syncthreads();
    if (key + KEYS < end) {
      const int next = (stage ^ 1) * KEYS * PITCH;
      copyTile<KEYS, DIM, ${threads}>(keyTiles + next, k + keyOffset, keyPitch, key + KEYS, end);
      copyTile<KEYS, DIM, ${threads}>(valueTiles + next, v + keyOffset, keyPitch, key + KEYS, end);
      copyCommit();
    }
    if (key > warpQuery + TILES * 16 - 1) continue;
    const bf16 *keys = keyTiles + stage * KEYS * PITCH, *values = valueTiles + stage * KEYS * PITCH;
    float scores[TILES][KEYS / 8][4] = {};
#pragma unroll 2
    for (int step = 0; step < DIM / 16; step++) {
      unsigned a[TILES][4];
#pragma unroll
      for (int m = 0; m < TILES; m++) loadA<DIM>(a[m], queryTile + (warp * TILES + m) * 16 * PITCH + step * 16);
#pragma unroll
      for (int n = 0; n < KEYS / 16; n++) {
        unsigned b[4];
        loadB<DIM>(b, keys + n * 16 * PITCH + step * 16);
#pragma unroll
        for (int m = 0; m < TILES; m++) {
          mma(scores[m][2 * n], a[m], b[0], b[1]);
          mma(scores[m][2 * n + 1], a[m], b[2], b[3]);
        }
      }
    }
    const bool masked = key + KEYS - 1 > warpQuery || key < start;
    bool rose = false;
    float factor[TILES][2];
#pragma unroll
    for (int m = 0; m < TILES; m++)
#pragma unroll
      for (int half = 0; half < 2; half++) {
        const int query = warpQuery + m * 16 + half * 8 + g;
        float most = highest[m][half];
#pragma unroll
        for (int n = 0; n < KEYS / 8; n++)
#pragma unroll
          for (int c = 2 * half; c < 2 * half + 2; c++) {
            const int place = key + n * 8 + 2 * t + c % 2;
            const float score = scores[m][n][c] * toLog2;
            scores[m][n][c] = masked && (place > query || place < start) ? -INFINITE : score;
            most = fmaxf(most, scores[m][n][c]);
          }
        most = fmaxf(most, __shfl_xor_sync(FULL, most, 1));
        most = fmaxf(most, __shfl_xor_sync(FULL, most, 2));
        // A row without a key so far keeps −∞ as its maximum, and is shifted by nothing.
        const float shift = most == -INFINITE ? 0.f : most;
        factor[m][half] = fastExp2(highest[m][half] - shift);
        rose |= most > highest[m][half];
        highest[m][half] = most;
        float sum = 0.f;
#pragma unroll
        for (int n = 0; n < KEYS / 8; n++)
#pragma unroll
          for (int c = 2 * half; c < 2 * half + 2; c++) {
            scores[m][n][c] = fastExp2(scores[m][n][c] - shift);
            sum += scores[m][n][c];
          }
        total[m][half] = total[m][half] * factor[m][half] + sum;
      }
    if (__any_sync(FULL, rose)) {
#pragma unroll
      for (int m = 0; m < TILES; m++)
#pragma unroll
        for (int n = 0; n < DIM / 8; n++)
#pragma unroll
          for (int c = 0; c < 4; c++) sums[m][n][c] *= factor[m][c / 2];
    }
#pragma unroll
    for (int step = 0; step < KEYS / 16; step++) {
      unsigned a[TILES][4];
#pragma unroll
      for (int m = 0; m < TILES; m++)
#pragma unroll
        for (int part = 0; part < 4; part++) {
          const float* pair = &scores[m][2 * step + part / 2][part % 2 * 2];
          a[m][part] = pack2(pair[0], pair[1]);
        }
#pragma unroll
      for (int n = 0; n < DIM / 16; n++) {
        unsigned b[4];
        loadTransposedB<DIM>(b, values + step * 16 * PITCH + n * 16);
#pragma unroll
        for (int m = 0; m < TILES; m++) {
          mma(sums[m][2 * n], a[m], b[0], b[1]);
          mma(sums[m][2 * n + 1], a[m], b[2], b[3]);
        }
      }
    }
  }
  copyWait<0>();
#pragma unroll
  for (int m = 0; m < TILES; m++) {
    float share[2];
#pragma unroll
    for (int half = 0; half < 2; half++) {
      float sum = total[m][half];
      sum += __shfl_xor_sync(FULL, sum, 1);
      sum += __shfl_xor_sync(FULL, sum, 2);
      share[half] = sum > 0.f ? 1.f / sum : 0.f;
      const int query = warpQuery + m * 16 + half * 8 + g;
      if (statistics && t == 0 && query < length)
        statistics[((long long)sequence * HEADS + head) * time + query] = highest[m][half] + log2f(sum);
    }
    bf16* const tile = queryTile + (warp * TILES + m) * 16 * PITCH;
    storeSums<DIM>(sums[m], share[0], share[1], tile, out + queryOffset, queryPitch, warpQuery + m * 16, length);
  }`
