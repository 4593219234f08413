/** Decode attention without tensor cores: a block per query head, a warp per 32 keys, joined in shared memory. */
export const decodePlainText = `
  constexpr int OWN = (DIM + 31) / 32;
  __shared__ float shared[4][OWN * 32 + 2];
  const int head = blockIdx.y, keyHead = head / GROUP;
  const T* query = q + ((long long)sequence * HEADS + head) * DIM;
  float sums[OWN] = {}, highest = -INFINITE, total = 0.f;
  for (int tile = start + warp * 32; tile <= now; tile += 128) {
    float score = -INFINITE;
    if (tile + lane <= now) {
      const T* key = keyAt(tile + lane, keyHead);
      score = 0.f;
      for (int d = 0; d < DIM; d++) score += toFloat(query[d]) * toFloat(key[d]);
      score *= toLog2;
    }
    const float most = fmaxf(highest, warpMax(score));
    const float factor = exp2f(highest - most), weight = exp2f(score - most);
    total = total * factor + warpSum(weight);
    highest = most;
#pragma unroll
    for (int part = 0; part < OWN; part++) sums[part] *= factor;
    const int count = min(32, now + 1 - tile);
    for (int each = 0; each < count; each++) {
      const T* value = valueAt(tile + each, keyHead);
      const float p = __shfl_sync(FULL, weight, each);
#pragma unroll
      for (int part = 0; part < OWN; part++)
        if (part * 32 + lane < DIM) sums[part] += p * toFloat(value[part * 32 + lane]);
    }
  }
#pragma unroll
  for (int part = 0; part < OWN; part++) shared[warp][part * 32 + lane] = sums[part];
  if (lane == 0) {
    shared[warp][OWN * 32] = highest;
    shared[warp][OWN * 32 + 1] = total;
  }
  __syncthreads();
  for (int d = threadIdx.x; d < DIM; d += 128) {
    float most = -INFINITE, sum = 0.f, weight = 0.f;
    for (int other = 0; other < 4; other++) most = fmaxf(most, shared[other][OWN * 32]);
    for (int other = 0; other < 4; other++) {
      const float factor = exp2f(shared[other][OWN * 32] - most);
      sum += factor * shared[other][d];
      weight += factor * shared[other][OWN * 32 + 1];
    }
    put(out + ((long long)sequence * HEADS + head) * DIM + d, sum / weight);
  }`
