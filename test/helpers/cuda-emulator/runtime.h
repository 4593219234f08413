// What kernels and the runtime share: the built-in variables and the points where threads of a block meet.
#pragma once
#include <cstddef>
#include <cstdint>

struct dim3 {
  unsigned x, y, z;
};
typedef dim3 uint3;

extern dim3 threadIdx, blockIdx, blockDim, gridDim;
/// Dynamic shared memory of the running block.
extern unsigned char* emulatedShared;

/// Counts blocks, over all launches: what a thread has left behind belongs to one of them.
extern unsigned emulatedBlock;

/// Waits until every thread of the block is here; `line` tells barriers apart, for the message when threads part ways.
void emulatedBarrier(int line);

/// Waits until every lane of the warp is here; the last one calls `combine` on all lanes' data (null past the block's
/// last thread), which lies on the lanes' own stacks. `kind` tells one operation from another.
void emulatedWarp(const char* kind, void* mine, void (*combine)(void** lanes));

/// Ends the launch with an error that names the thread.
[[noreturn]] void emulatedFailure(const char* what);

struct EmulatedKernel {
  const char* name;
  /// One letter per parameter: p(ointer), i(nt32), l (int64), f(loat32), or ? for what no launch can pass.
  const char* signature;
  void (*invoke)(const unsigned char* arguments);
  /// Static shared memory.
  unsigned char* sharedStart;
  unsigned char* sharedEnd;
};

struct EmulatedLaunch {
  int32_t grid[3];
  int32_t block[3];
  int32_t sharedBytes;
  /// 0: threads run in order; 1: in reverse order.
  int32_t order;
};
