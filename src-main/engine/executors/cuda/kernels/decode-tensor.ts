/**
 * Decode attention on tensor cores: a block per part of the keys and key/value head, a warp per tile of keys; each warp's
 * sums, maxima and totals are joined in shared memory.
 */

export const decodeWarps = 4
/** Keys of a tile. */
export const tileKeys = 16

export const decodeTensorText = `
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
  for (int stage = 0; first < end; first += ${decodeWarps} * KEYS, stage ^= 1) {
    __syncwarp();
    if (first + ${decodeWarps} * KEYS < end) {
      copyKeys(first + ${decodeWarps} * KEYS, stage ^ 1);
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
  for (int place = threadIdx.x; place < GROUP * DIM; place += ${32 * decodeWarps}) {
    const int head = place / DIM;
    float most = -INFINITE, sum = 0.f, weight = 0.f;
    for (int other = 0; other < ${decodeWarps}; other++)
      most = fmaxf(most, reinterpret_cast<const float*>(shared + other * REGION)[8 * HALVES * DIM + head]);
    for (int other = 0; other < ${decodeWarps}; other++) {
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
