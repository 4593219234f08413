/**
 * Tensor-core products and asynchronous copies as device functions: mma.sync m16n8k16 (bf16 in, float32 sums), ldmatrix and
 * cp.async, all of which sm_80 to sm_120 have. On Hopper, wgmma fed by the bulk tensor copy engine would reach about half
 * as much again; it needs other fragments and a build for sm_90a alone.
 *
 * Fragments, for lane 4·g + t: a[0..3] rows g, g + 8, g, g + 8 of columns 2t, 2t, 2t + 8, 2t + 8 (two each); b[0..1] column
 * g of rows 2t, 2t + 8; d[0..1] row g, d[2..3] row g + 8 of columns 2t, 2t + 1. So d of two neighbouring column tiles, packed
 * in pairs, is the a of a next product.
 */
export const tensorCore = `
#ifdef QUIVER_EMULATED
__device__ __forceinline__ void mma(float* d, const unsigned* a, unsigned b0, unsigned b1) { emulatedMma(d, a, b0, b1); }
__device__ __forceinline__ void loadMatrices(unsigned* to, const bf16* row) { emulatedLoadMatrices<false>(to, row); }
__device__ __forceinline__ void loadTransposed(unsigned* to, const bf16* row) { emulatedLoadMatrices<true>(to, row); }
__device__ __forceinline__ void copyAsync(bf16* to, const bf16* from, bool valid) { emulatedCopyAsync(to, from, valid); }
__device__ __forceinline__ void copyCommit() { emulatedCopyCommit(); }
template <int PENDING> __device__ __forceinline__ void copyWait() { emulatedCopyWait(PENDING); }
__device__ __forceinline__ float fastExp2(float x) { return exp2f(x); }
#else
__device__ __forceinline__ unsigned sharedAddress(const void* pointer) {
  unsigned address;
  asm("{ .reg .u64 wide; cvta.to.shared.u64 wide, %1; cvt.u32.u64 %0, wide; }" : "=r"(address) : "l"(pointer));
  return address;
}
__device__ __forceinline__ void mma(float* d, const unsigned* a, unsigned b0, unsigned b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
__device__ __forceinline__ void loadMatrices(unsigned* to, const bf16* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(sharedAddress(row))
               : "memory");
}
__device__ __forceinline__ void loadTransposed(unsigned* to, const bf16* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(sharedAddress(row))
               : "memory");
}
__device__ __forceinline__ void copyAsync(bf16* to, const bf16* from, bool valid) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(sharedAddress(to)), "l"(from), "r"(valid ? 16 : 0)
               : "memory");
}
__device__ __forceinline__ void copyCommit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template <int PENDING> __device__ __forceinline__ void copyWait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(PENDING) : "memory");
}
__device__ __forceinline__ float fastExp2(float x) {
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
}
#endif
// Rows of a tile lie one 16-byte chunk further apart than they are long: eight rows then begin in eight different banks.
template <int DIM> struct Tile { enum { pitch = DIM + 8 }; };
// a of rows [0, 16) and columns [0, 16) at the tile's corner; b of columns [0, 16) of a product with rows stored as columns
// (n by k), or of one stored as it is (k by n).
template <int DIM> __device__ __forceinline__ void loadA(unsigned* a, const bf16* corner) {
  loadMatrices(a, corner + threadIdx.x % 16 * Tile<DIM>::pitch + threadIdx.x % 32 / 16 * 8);
}
template <int DIM> __device__ __forceinline__ void loadB(unsigned* b, const bf16* corner) {
  loadMatrices(b, corner + (threadIdx.x % 32 / 16 * 8 + threadIdx.x % 8) * Tile<DIM>::pitch + threadIdx.x % 16 / 8 * 8);
}
template <int DIM> __device__ __forceinline__ void loadTransposedB(unsigned* b, const bf16* corner) {
  loadTransposed(b, corner + threadIdx.x % 16 * Tile<DIM>::pitch + threadIdx.x % 32 / 16 * 8);
}
// Rows row0, row0 + 1, … of a matrix into a tile; zeros from row end on. The copy is under way when this returns.
template <int ROWS, int DIM, int THREADS>
__device__ __forceinline__ void copyTile(bf16* tile, const bf16* from, long long pitch, int row0, int end) {
  // Not unrolled: addresses of all parts at once would take the registers that sums need.
#pragma unroll 1
  for (int part = 0; part < (ROWS * (DIM / 8) + THREADS - 1) / THREADS; part++) {
    const int chunk = part * THREADS + threadIdx.x;
    if (ROWS * (DIM / 8) % THREADS != 0 && chunk >= ROWS * (DIM / 8)) break;
    const int row = chunk / (DIM / 8), column = chunk % (DIM / 8) * 8;
    const bool valid = row0 + row < end;
    copyAsync(tile + row * Tile<DIM>::pitch + column, from + (valid ? row0 + row : 0) * pitch + column, valid);
  }
}
// Writes a warp's rows of sums, rounded, through a tile that only this warp uses, so that stores are 16 bytes wide.
template <int DIM>
__device__ __forceinline__ void storeSums(
    const float (&sums)[DIM / 8][4], float upper, float lower, bf16* tile, bf16* to, long long pitch, int row0, int end) {
  const int lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
  __syncwarp();
#pragma unroll
  for (int part = 0; part < DIM / 8; part++) {
    unsigned* place = reinterpret_cast<unsigned*>(tile + g * Tile<DIM>::pitch + part * 8 + 2 * t);
    place[0] = pack2(sums[part][0] * upper, sums[part][1] * upper);
    place[8 * Tile<DIM>::pitch / 2] = pack2(sums[part][2] * lower, sums[part][3] * lower);
  }
  __syncwarp();
  for (int chunk = lane; chunk < 16 * (DIM / 8); chunk += 32) {
    const int row = chunk / (DIM / 8), column = chunk % (DIM / 8) * 8;
    if (row0 + row < end)
      *reinterpret_cast<uint4*>(to + (row0 + row) * pitch + column) =
          *reinterpret_cast<const uint4*>(tile + row * Tile<DIM>::pitch + column);
  }
}
`
