/**
 * Gradients of attention on tensor cores. With P = 2^(scores − statistics), dP = g·vᵀ and D = Σ g·out of each query:
 * dS = P ∘ (dP − D), dq = dS·k · scale, dk = dSᵀ·q · scale, dv = Pᵀ·g.
 *
 * Floor: operations, five products of the forward's size. Here they are seven in two kernels: one holds keys and walks
 * queries, the other holds queries and walks keys, each recomputing scores and dP. So no gradient is added up with atomics in
 * no order, and no float32 copy of dq goes through memory; that is worth the two products. Sums are held in registers, 16 keys
 * (or queries) a warp. Shared memory limits both kernels (256 to 320 bytes a product of 16 × 8 × 16), at about the rate that
 * mma.sync reaches; going further takes wgmma with operands read from shared memory by the tensor cores themselves.
 */
import type { Launch } from '../kernel.ts'
import { plainKeyGradLaunch, plainQueryGradLaunch } from './attention-plain.ts'
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
import { ceilDivide, kernelOf, reductions } from './prelude.ts'
import { tensorCore } from './tensor-core.ts'

const threads = 128

/**
 * D: the product of each query's result with its cotangent, float32 [batch, heads, time]. Arguments: out, cotangent (rows of
 * heads · headDim), products, then `placing`.
 */
export function attentionProductsLaunch(shape: AttentionShape, { time, batch }: AttentionSizes): Launch {
  const kernel = kernelOf({
    name: `attention_products_${suffixOf(shape)}`,
    storage: shape.storage,
    threads,
    parts: [reductions],
    constants: constantsOf(shape),
    parameters: { out: 'const T*', cotangent: 'const T*', products: 'float*', ...placing },
    body: `
  const int head = blockIdx.y, sequence = blockIdx.z;
  ${placed}
  (void)start;
  const int query = blockIdx.x * ${threads / 32} + threadIdx.x / 32;
  if (query >= length) return;
  const long long row = (((long long)first + (long long)query * stride) * HEADS + head) * DIM;
  float sum = 0.f;
  for (int d = threadIdx.x % 32; d < DIM; d += 32) sum += toFloat(out[row + d]) * toFloat(cotangent[row + d]);
  sum = warpSum(sum);
  if (threadIdx.x % 32 == 0) products[((long long)sequence * HEADS + head) * time + query] = sum;`,
  })
  const grid = [ceilDivide(time, threads / 32), shape.heads, batch] as const
  return { kernel, grid, block: [threads, 1, 1], sharedBytes: 0 }
}

/** Heads above 128 would need more registers for sums than a thread has. */
const gradOnTensorCores = (shape: AttentionShape) => usesTensorCores(shape) && shape.headDim <= 128

const operands = {
  q: 'const T*',
  k: 'const T*',
  v: 'const T*',
  cotangent: 'const T*',
  statistics: 'const float*',
  products: 'const float*',
} as const

const common = `
  constexpr int PITCH = Tile<DIM>::pitch;
  DYNAMIC_SHARED(bf16, shared);
  const int warp = threadIdx.x / 32, g = threadIdx.x % 32 / 4, t = threadIdx.x % 4;
  const int sequence = blockIdx.z;
  ${placed}
  const long long queryPitch = (long long)stride * HEADS * DIM, keyPitch = (long long)stride * KEY_HEADS * DIM;
  const float toLog2 = scale * 1.4426950408889634f;`

/** Of a warp's sixteen rows of two matrices, their products with the rows of two tiles that all warps walk. */
const rowProducts = `
template <int COUNT>
__device__ __forceinline__ void multiplyRows(
    float (&scores)[COUNT][4], const bf16* own, const bf16* walked,
    float (&slopes)[COUNT][4], const bf16* ownSlope, const bf16* walkedSlope) {
  constexpr int PITCH = Tile<DIM>::pitch;
#pragma unroll 2
  for (int part = 0; part < DIM / 16; part++) {
    unsigned a[4], c[4];
    loadA<DIM>(a, own + part * 16);
    loadA<DIM>(c, ownSlope + part * 16);
#pragma unroll
    for (int n = 0; n < COUNT / 2; n++) {
      unsigned b[4];
      loadB<DIM>(b, walked + n * 16 * PITCH + part * 16);
      mma(scores[2 * n], a, b[0], b[1]);
      mma(scores[2 * n + 1], a, b[2], b[3]);
      loadB<DIM>(b, walkedSlope + n * 16 * PITCH + part * 16);
      mma(slopes[2 * n], c, b[0], b[1]);
      mma(slopes[2 * n + 1], c, b[2], b[3]);
    }
  }
}
`

const parts = [tensorCore, rowProducts]

const keysOfBlock = 64
const queriesOfTile = 32

/** Arguments: q, k, v, cotangent, statistics of the forward, products (see `attentionProductsLaunch`), dk, dv, `placing`. */
export function attentionKeyGradLaunch(shape: AttentionShape, sizes: AttentionSizes): Launch {
  if (!gradOnTensorCores(shape)) return plainKeyGradLaunch(shape, sizes)
  const kernel = kernelOf({
    name: `attention_key_grad_${suffixOf(shape)}`,
    storage: 'bfloat16',
    threads,
    blocks: 2,
    parts,
    constants: { ...constantsOf(shape), KEYS: keysOfBlock, QUERIES: queriesOfTile },
    parameters: { ...operands, dk: 'T*', dv: 'T*', ...placing },
    body: keyGradText,
  })
  return {
    kernel,
    grid: [ceilDivide(sizes.time, keysOfBlock), shape.keyValueHeads, sizes.batch],
    block: [threads, 1, 1],
    sharedBytes: tileBytes(2 * keysOfBlock + 4 * queriesOfTile, shape.headDim),
  }
}

const keyGradText = `${common}
  bf16* const keyTile = shared;
  bf16* const valueTile = keyTile + KEYS * PITCH;
  bf16* const queryTiles = valueTile + KEYS * PITCH;
  bf16* const cotangentTiles = queryTiles + 2 * QUERIES * PITCH;
  const int keyHead = blockIdx.y;
  const int firstKey = blockIdx.x * KEYS;
  if (firstKey >= length) return;
  const long long keyOffset = ((long long)first * KEY_HEADS + keyHead) * DIM;
  copyTile<KEYS, DIM, ${threads}>(keyTile, k + keyOffset, keyPitch, firstKey, length);
  copyTile<KEYS, DIM, ${threads}>(valueTile, v + keyOffset, keyPitch, firstKey, length);
  // The walk goes over the queries from the diagonal on, head after head of the group.
  const int begin = firstKey / QUERIES * QUERIES;
  const int tiles = (length - begin + QUERIES - 1) / QUERIES;
  const auto copyQueries = [&](int step, int stage) {
    const long long offset = ((long long)first * HEADS + keyHead * GROUP + step / tiles) * DIM;
    const int row = begin + step % tiles * QUERIES;
    copyTile<QUERIES, DIM, ${threads}>(queryTiles + stage * QUERIES * PITCH, q + offset, queryPitch, row, length);
    copyTile<QUERIES, DIM, ${threads}>(cotangentTiles + stage * QUERIES * PITCH, cotangent + offset, queryPitch, row, length);
    copyCommit();
  };
  copyQueries(0, 0);
  float keySums[DIM / 8][4] = {}, valueSums[DIM / 8][4] = {};
  const int warpKey = firstKey + warp * 16;
  const bf16 *const ownKeys = keyTile + warp * 16 * PITCH, *const ownValues = valueTile + warp * 16 * PITCH;
  for (int step = 0; step < tiles * GROUP; step++) {
    const int stage = step % 2;
    copyWait<0>();
    __syncthreads();
    if (step + 1 < tiles * GROUP) copyQueries(step + 1, stage ^ 1);
    const int firstQuery = begin + step % tiles * QUERIES;
    if (firstQuery + QUERIES - 1 < warpKey || warpKey + 15 < start) continue;
    const bf16 *queries = queryTiles + stage * QUERIES * PITCH, *cotangents = cotangentTiles + stage * QUERIES * PITCH;
    // Transposed: rows are keys, columns are queries.
    float scores[QUERIES / 8][4] = {}, slopes[QUERIES / 8][4] = {};
    multiplyRows(scores, ownKeys, queries, slopes, ownValues, cotangents);
    const long long statistic = ((long long)sequence * HEADS + keyHead * GROUP + step / tiles) * time;
#pragma unroll
    for (int n = 0; n < QUERIES / 8; n++)
#pragma unroll
      for (int c = 0; c < 4; c++) {
        const int query = firstQuery + n * 8 + 2 * t + c % 2, key = warpKey + g + c / 2 * 8;
        const bool seen = key <= query && key >= start && query < length;
        const float p = seen ? fastExp2(scores[n][c] * toLog2 - statistics[statistic + query]) : 0.f;
        slopes[n][c] = seen ? p * (slopes[n][c] - products[statistic + query]) : 0.f;
        scores[n][c] = p;
      }
#pragma unroll
    for (int part = 0; part < QUERIES / 16; part++) {
      unsigned a[4], c[4];
#pragma unroll
      for (int each = 0; each < 4; each++) {
        const float *p = &scores[2 * part + each / 2][each % 2 * 2], *s = &slopes[2 * part + each / 2][each % 2 * 2];
        a[each] = pack2(p[0], p[1]);
        c[each] = pack2(s[0], s[1]);
      }
#pragma unroll
      for (int n = 0; n < DIM / 16; n++) {
        unsigned b[4];
        loadTransposedB<DIM>(b, cotangents + part * 16 * PITCH + n * 16);
        mma(valueSums[2 * n], a, b[0], b[1]);
        mma(valueSums[2 * n + 1], a, b[2], b[3]);
        loadTransposedB<DIM>(b, queries + part * 16 * PITCH + n * 16);
        mma(keySums[2 * n], c, b[0], b[1]);
        mma(keySums[2 * n + 1], c, b[2], b[3]);
      }
    }
  }
  copyWait<0>();
  bf16* const tile = keyTile + warp * 16 * PITCH;
  storeSums<DIM>(keySums, scale, scale, tile, dk + keyOffset, keyPitch, warpKey, length);
  storeSums<DIM>(valueSums, 1.f, 1.f, tile, dv + keyOffset, keyPitch, warpKey, length);`

const queriesOfBlock = 64
const keysOfTile = 32

/** Arguments: q, k, v, cotangent, statistics, products, dq, `placing`. */
export function attentionQueryGradLaunch(shape: AttentionShape, sizes: AttentionSizes): Launch {
  if (!gradOnTensorCores(shape)) return plainQueryGradLaunch(shape, sizes)
  const kernel = kernelOf({
    name: `attention_query_grad_${suffixOf(shape)}`,
    storage: 'bfloat16',
    threads,
    blocks: 2,
    parts,
    constants: { ...constantsOf(shape), KEYS: keysOfTile, QUERIES: queriesOfBlock },
    parameters: { ...operands, dq: 'T*', ...placing },
    body: queryGradText,
  })
  return {
    kernel,
    grid: [ceilDivide(sizes.time, queriesOfBlock), shape.heads, sizes.batch],
    block: [threads, 1, 1],
    sharedBytes: tileBytes(2 * queriesOfBlock + 4 * keysOfTile, shape.headDim),
  }
}

const queryGradText = `${common}
  bf16* const queryTile = shared;
  bf16* const cotangentTile = queryTile + QUERIES * PITCH;
  bf16* const keyTiles = cotangentTile + QUERIES * PITCH;
  bf16* const valueTiles = keyTiles + 2 * KEYS * PITCH;
  const int head = blockIdx.y;
  const int firstQuery = (gridDim.x - 1 - blockIdx.x) * QUERIES;
  if (firstQuery >= length) return;
  const long long queryOffset = ((long long)first * HEADS + head) * DIM;
  const long long keyOffset = ((long long)first * KEY_HEADS + head / GROUP) * DIM;
  const int begin = start / KEYS * KEYS, end = min(firstQuery + QUERIES, length);
  const auto copyKeys = [&](int key, int stage) {
    copyTile<KEYS, DIM, ${threads}>(keyTiles + stage * KEYS * PITCH, k + keyOffset, keyPitch, key, end);
    copyTile<KEYS, DIM, ${threads}>(valueTiles + stage * KEYS * PITCH, v + keyOffset, keyPitch, key, end);
    copyCommit();
  };
  copyTile<QUERIES, DIM, ${threads}>(queryTile, q + queryOffset, queryPitch, firstQuery, length);
  copyTile<QUERIES, DIM, ${threads}>(cotangentTile, cotangent + queryOffset, queryPitch, firstQuery, length);
  copyKeys(begin, 0);
  float sums[DIM / 8][4] = {}, logSum[2], product[2];
  const int warpQuery = firstQuery + warp * 16;
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const int query = min(warpQuery + half * 8 + g, length - 1);
    logSum[half] = statistics[((long long)sequence * HEADS + head) * time + query];
    product[half] = products[((long long)sequence * HEADS + head) * time + query];
  }
  const bf16 *const ownQueries = queryTile + warp * 16 * PITCH, *const ownCotangents = cotangentTile + warp * 16 * PITCH;
  for (int key = begin, stage = 0; key < end; key += KEYS, stage ^= 1) {
    copyWait<0>();
    __syncthreads();
    if (key + KEYS < end) copyKeys(key + KEYS, stage ^ 1);
    if (key > warpQuery + 15) continue;
    const bf16 *keys = keyTiles + stage * KEYS * PITCH, *values = valueTiles + stage * KEYS * PITCH;
    float scores[KEYS / 8][4] = {}, slopes[KEYS / 8][4] = {};
    multiplyRows(scores, ownQueries, keys, slopes, ownCotangents, values);
#pragma unroll
    for (int n = 0; n < KEYS / 8; n++)
#pragma unroll
      for (int c = 0; c < 4; c++) {
        const int place = key + n * 8 + 2 * t + c % 2, query = warpQuery + g + c / 2 * 8;
        const float p = fastExp2(scores[n][c] * toLog2 - logSum[c / 2]);
        slopes[n][c] = place <= query && place >= start ? p * (slopes[n][c] - product[c / 2]) : 0.f;
      }
#pragma unroll
    for (int part = 0; part < KEYS / 16; part++) {
      unsigned a[4];
#pragma unroll
      for (int each = 0; each < 4; each++) {
        const float* pair = &slopes[2 * part + each / 2][each % 2 * 2];
        a[each] = pack2(pair[0], pair[1]);
      }
#pragma unroll
      for (int n = 0; n < DIM / 16; n++) {
        unsigned b[4];
        loadTransposedB<DIM>(b, keys + part * 16 * PITCH + n * 16);
        mma(sums[2 * n], a, b[0], b[1]);
        mma(sums[2 * n + 1], a, b[2], b[3]);
      }
    }
  }
  copyWait<0>();
  bf16* const tile = queryTile + warp * 16 * PITCH;
  storeSums<DIM>(sums, scale, scale, tile, dq + queryOffset, queryPitch, warpQuery, length);`
