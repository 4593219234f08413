// Matrix instructions and asynchronous copies on the host, with the fragment layouts of the PTX manual.
#pragma once
#include "shim.h"

struct EmulatedProduct {
  float* d;
  const unsigned* a;
  unsigned b[2];
};
inline float emulatedBf16(unsigned both, int half) { return __uint_as_float(half ? both & 0xffff0000u : both << 16); }

/// d += a · b for 16 × 8 × 16: lane 4·g + t holds rows g and g + 8 of a and d, column g of b.
inline void emulatedProductAll(void** lanes) {
  float a[16][16], b[8][16];
  for (int lane = 0; lane < 32; lane++) {
    const auto& mine = *static_cast<EmulatedProduct*>(lanes[lane]);
    const int g = lane / 4, t = lane % 4;
    for (int half = 0; half < 2; half++) {
      for (int part = 0; part < 4; part++)
        a[g + part % 2 * 8][2 * t + half + part / 2 * 8] = emulatedBf16(mine.a[part], half);
      for (int part = 0; part < 2; part++) b[g][2 * t + half + part * 8] = emulatedBf16(mine.b[part], half);
    }
  }
  for (int lane = 0; lane < 32; lane++) {
    const auto& mine = *static_cast<EmulatedProduct*>(lanes[lane]);
    for (int part = 0; part < 4; part++) {
      const float *row = a[lane / 4 + part / 2 * 8], *column = b[lane % 4 * 2 + part % 2];
      float sum = 0;
      for (int k = 0; k < 16; k++) sum += row[k] * column[k];
      mine.d[part] += sum;
    }
  }
}
inline void emulatedMma(float* d, const unsigned* a, unsigned b0, unsigned b1) {
  EmulatedProduct mine{d, a, {b0, b1}};
  emulatedWarp("mma", &mine, emulatedProductAll);
}

struct EmulatedMatrices {
  unsigned* to;
  const unsigned short* row;
};
template <bool TRANSPOSED> void emulatedMatricesAll(void** lanes) {
  unsigned short values[4][8][8];
  for (int lane = 0; lane < 32; lane++)
    memcpy(values[lane / 8][lane % 8], static_cast<EmulatedMatrices*>(lanes[lane])->row, 16);
  for (int lane = 0; lane < 32; lane++)
    for (int matrix = 0; matrix < 4; matrix++) {
      const int g = lane / 4, t = lane % 4 * 2;
      const auto& m = values[matrix];
      static_cast<EmulatedMatrices*>(lanes[lane])->to[matrix] =
          TRANSPOSED ? m[t][g] | unsigned(m[t + 1][g]) << 16 : m[g][t] | unsigned(m[g][t + 1]) << 16;
    }
}
template <bool TRANSPOSED> inline void emulatedLoadMatrices(unsigned* to, const void* row) {
  if (reinterpret_cast<size_t>(row) % 16) emulatedFailure("a matrix row at an address that is no multiple of 16");
  EmulatedMatrices mine{to, static_cast<const unsigned short*>(row)};
  emulatedWarp("ldmatrix", &mine, emulatedMatricesAll<TRANSPOSED>);
}

/// Copies of one thread that are under way: the data arrives when they are waited for, and until then is NaN.
struct EmulatedCopies {
  unsigned block;
  int count, group;
  struct {
    void* to;
    const void* from;
    bool valid;
    int group;
  } copies[256];
};
inline EmulatedCopies& emulatedCopies() {
  static EmulatedCopies all[1024];
  EmulatedCopies& mine = all[threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)];
  if (mine.block != emulatedBlock) mine.block = emulatedBlock, mine.count = 0, mine.group = 0;
  return mine;
}
inline void emulatedCopyAsync(void* to, const void* from, bool valid) {
  EmulatedCopies& mine = emulatedCopies();
  if (reinterpret_cast<size_t>(to) % 16 || reinterpret_cast<size_t>(from) % 16)
    emulatedFailure("an asynchronous copy at an address that is no multiple of 16");
  if (mine.count == 256) emulatedFailure("more asynchronous copies than a test expects");
  memset(to, 0xff, 16);
  mine.copies[mine.count++] = {to, from, valid, mine.group};
}
inline void emulatedCopyCommit() { emulatedCopies().group++; }
inline void emulatedCopyWait(int pending) {
  EmulatedCopies& mine = emulatedCopies();
  int kept = 0;
  for (int each = 0; each < mine.count; each++) {
    const auto copy = mine.copies[each];
    if (copy.group >= mine.group - pending) mine.copies[kept++] = copy;
    else if (copy.valid) memcpy(copy.to, copy.from, 16);
    else memset(copy.to, 0, 16);
  }
  mine.count = kept;
}
