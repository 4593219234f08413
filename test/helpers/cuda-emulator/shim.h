// CUDA C as far as Quiver's kernels use it, in plain C++ on host memory. Kernels see `QUIVER_EMULATED` and leave out PTX.
#pragma once
#include "runtime.h"

// Declared here one by one: the standard headers would be most of what a compiler reads.
extern "C" {
float expf(float), exp2f(float), expm1f(float), logf(float), log2f(float), log1pf(float), sqrtf(float), fabsf(float),
    floorf(float), ceilf(float), rintf(float), truncf(float), tanhf(float), sinf(float), cosf(float), erff(float),
    powf(float, float), fminf(float, float), fmaxf(float, float), fmodf(float, float), copysignf(float, float),
    fmaf(float, float, float);
double exp(double), log(double), sqrt(double), fabs(double), fmin(double, double), fmax(double, double);
void *memcpy(void*, const void*, size_t), *memset(void*, int, size_t);
}
inline bool isnan(float x) { return __builtin_isnan(x); }
inline bool isinf(float x) { return __builtin_isinf(x); }
inline bool isfinite(float x) { return __builtin_isfinite(x); }

template <class T> struct EmulatedSame { typedef T type; };
template <class T> struct EmulatedPointer { static constexpr bool value = false; };
template <class T> struct EmulatedPointer<T*> { static constexpr bool value = true; };
template <class T> struct EmulatedFloat { static constexpr bool value = false; };
template <> struct EmulatedFloat<float> { static constexpr bool value = true; };
template <size_t...> struct EmulatedPlaces {};

#define QUIVER_EMULATED 1
#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __syncthreads() emulatedBarrier(__LINE__)

struct __align__(8) float2 { float x, y; };
struct __align__(16) float4 { float x, y, z, w; };
struct __align__(8) int2 { int x, y; };
struct __align__(16) int4 { int x, y, z, w; };
struct __align__(8) uint2 { unsigned x, y; };
struct __align__(16) uint4 { unsigned x, y, z, w; };
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline int2 make_int2(int x, int y) { return {x, y}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

template <class To, class From> inline To emulatedBits(From from) {
  static_assert(sizeof(To) == sizeof(From), "bits of one size");
  To to;
  memcpy(&to, &from, sizeof to);
  return to;
}
inline unsigned __float_as_uint(float x) { return emulatedBits<unsigned>(x); }
inline int __float_as_int(float x) { return emulatedBits<int>(x); }
inline float __uint_as_float(unsigned x) { return emulatedBits<float>(x); }
inline float __int_as_float(int x) { return emulatedBits<float>(x); }
inline float __expf(float x) { return expf(x); }
inline float __logf(float x) { return logf(x); }
inline float __fdividef(float x, float y) { return x / y; }
inline float __fmaf_rn(float x, float y, float z) { return x * y + z; }
inline float __fadd_rn(float x, float y) { return x + y; }
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline float __frcp_rn(float x) { return 1 / x; }
inline float __fsqrt_rn(float x) { return sqrtf(x); }
inline float rsqrtf(float x) { return 1 / sqrtf(x); }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __clz(int x) { return x ? __builtin_clz(x) : 32; }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline unsigned __umulhi(unsigned x, unsigned y) { return (uint64_t(x) * y) >> 32; }
inline unsigned __brev(unsigned x) {
  unsigned result = 0;
  for (int bit = 0; bit < 32; bit++) result |= (x >> bit & 1u) << (31 - bit);
  return result;
}
template <class T> inline T __ldg(const T* x) { return *x; }
inline int min(int a, int b) { return a < b ? a : b; }
inline int max(int a, int b) { return a > b ? a : b; }
inline unsigned min(unsigned a, unsigned b) { return a < b ? a : b; }
inline unsigned max(unsigned a, unsigned b) { return a > b ? a : b; }
inline long long min(long long a, long long b) { return a < b ? a : b; }
inline long long max(long long a, long long b) { return a > b ? a : b; }
inline float min(float a, float b) { return fminf(a, b); }
inline float max(float a, float b) { return fmaxf(a, b); }

template <class T> inline T atomicAdd(T* at, typename EmulatedSame<T>::type x) { T old = *at; *at = old + x; return old; }
template <class T> inline T atomicMax(T* at, typename EmulatedSame<T>::type x) { T old = *at; if (x > old) *at = x; return old; }
template <class T> inline T atomicMin(T* at, typename EmulatedSame<T>::type x) { T old = *at; if (x < old) *at = x; return old; }
template <class T> inline T atomicOr(T* at, typename EmulatedSame<T>::type x) { T old = *at; *at = old | x; return old; }
template <class T> inline T atomicExch(T* at, typename EmulatedSame<T>::type x) { T old = *at; *at = x; return old; }
template <class T> inline T atomicCAS(T* at, typename EmulatedSame<T>::type compare, typename EmulatedSame<T>::type x) {
  T old = *at;
  if (old == compare) *at = x;
  return old;
}
inline void __threadfence() {}
inline void __threadfence_block() {}

template <class T> struct EmulatedShuffle { T value; int source; T result; };
template <class T> void emulatedShuffleAll(void** lanes) {
  for (int lane = 0; lane < 32; lane++) {
    auto* mine = static_cast<EmulatedShuffle<T>*>(lanes[lane]);
    if (!mine) continue;
    auto* other = static_cast<EmulatedShuffle<T>*>(lanes[mine->source]);
    if (other) mine->result = other->value;
  }
}
inline int emulatedLane() { return (threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)) % 32; }
template <class T> inline T emulatedShuffle(unsigned mask, T value, int source) {
  if (mask != 0xffffffffu) emulatedFailure("a shuffle names some lanes of its warp only");
  EmulatedShuffle<T> mine{value, source, value};
  emulatedWarp("shuffle", &mine, emulatedShuffleAll<T>);
  return mine.result;
}
template <class T> inline T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
  return emulatedShuffle(mask, value, emulatedLane() / width * width + (source & (width - 1)));
}
template <class T> inline T __shfl_xor_sync(unsigned mask, T value, int distance) {
  return emulatedShuffle(mask, value, emulatedLane() ^ distance);
}
template <class T> inline T __shfl_down_sync(unsigned mask, T value, int distance, int width = 32) {
  const int lane = emulatedLane();
  return emulatedShuffle(mask, value, lane % width + distance < width ? lane + distance : lane);
}
template <class T> inline T __shfl_up_sync(unsigned mask, T value, int distance, int width = 32) {
  const int lane = emulatedLane();
  return emulatedShuffle(mask, value, lane % width >= distance ? lane - distance : lane);
}
struct EmulatedVote { bool vote; unsigned result; };
inline void emulatedVoteAll(void** lanes) {
  unsigned result = 0;
  for (int lane = 0; lane < 32; lane++)
    if (lanes[lane] && static_cast<EmulatedVote*>(lanes[lane])->vote) result |= 1u << lane;
  for (int lane = 0; lane < 32; lane++)
    if (lanes[lane]) static_cast<EmulatedVote*>(lanes[lane])->result = result;
}
inline unsigned __ballot_sync(unsigned, int vote) {
  EmulatedVote mine{vote != 0, 0};
  emulatedWarp("vote", &mine, emulatedVoteAll);
  return mine.result;
}
inline int __any_sync(unsigned mask, int vote) { return __ballot_sync(mask, vote) != 0; }
inline int __all_sync(unsigned mask, int vote) { return __ballot_sync(mask, !vote) == 0; }
inline void __syncwarp(unsigned = 0xffffffffu) { emulatedWarp("__syncwarp", nullptr, [](void**) {}); }

template <class T> constexpr char emulatedLetter() {
  if (EmulatedPointer<T>::value) return 'p';
  if (EmulatedFloat<T>::value) return 'f';
  return sizeof(T) == 4 ? 'i' : sizeof(T) == 8 ? 'l' : '?';
}
template <class... A> const char* emulatedSignature(void (*)(A...)) {
  static const char letters[] = {emulatedLetter<A>()..., 0};
  return letters;
}
template <class... A, size_t... I>
void emulatedInvoke(void (*kernel)(A...), const unsigned char* arguments, EmulatedPlaces<I...>) {
  kernel(*reinterpret_cast<const A*>(arguments + 8 * I)...);
}
template <class... A> void emulatedInvoke(void (*kernel)(A...), const unsigned char* arguments) {
  emulatedInvoke(kernel, arguments, EmulatedPlaces<__integer_pack(sizeof...(A))...>());
}
