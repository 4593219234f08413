// Runs the threads of a block as fibres of one thread, one block after another. Memory of the "device" is host memory
// between two inaccessible pages, so that a kernel that reads or writes past it is stopped and named.
#include "runtime.h"

#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sys/mman.h>
#include <unistd.h>
#ifndef __x86_64__
#include <ucontext.h>
#endif

dim3 threadIdx, blockIdx, blockDim, gridDim;
unsigned char* emulatedShared;
unsigned emulatedBlock;

namespace {

constexpr int maxThreads = 1024;
constexpr size_t stackBytes = 256 << 10;
constexpr size_t canaryBytes = 256;

#ifdef __x86_64__
struct Context {
  void* stack;
};
extern "C" void emulatedSwitch(Context* from, Context* to);
// Only what a call must keep: the compiler has saved everything else around it.
asm(R"(
.text
.globl emulatedSwitch
.hidden emulatedSwitch
.type emulatedSwitch,@function
emulatedSwitch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq (%rsi), %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size emulatedSwitch,.-emulatedSwitch
)");
void prepare(Context& context, unsigned char* stack, void (*entry)()) {
  void** top = reinterpret_cast<void**>(stack + stackBytes - 64);
  *--top = nullptr;
  *--top = reinterpret_cast<void*>(entry);
  for (int saved = 0; saved < 6; saved++) *--top = nullptr;
  context.stack = top;
}
#else
struct Context {
  ucontext_t state;
};
void emulatedSwitch(Context* from, Context* to) { swapcontext(&from->state, &to->state); }
void prepare(Context& context, unsigned char* stack, void (*entry)()) {
  getcontext(&context.state);
  context.state.uc_stack.ss_sp = stack;
  context.state.uc_stack.ss_size = stackBytes;
  context.state.uc_link = nullptr;
  makecontext(&context.state, entry, 0);
}
#endif

struct Meeting {
  int expected;
  int arrived;
  unsigned generation;
  const char* kind;
  int line;
};

struct Fibre {
  Context context;
  const Meeting* waitsFor;
  unsigned generation;
  bool done;
};

struct Warp {
  Meeting meeting;
  void* lanes[32];
};

Fibre fibres[maxThreads];
Warp warps[maxThreads / 32];
Meeting barrier;
Context scheduler;
unsigned char* stacks;
int threads, current;
const EmulatedKernel* kernel;
const unsigned char* kernelArguments;
char message[512];
sigjmp_buf failure;

void place(char* to, size_t size) {
  snprintf(to, size, "block (%u, %u, %u), thread (%u, %u, %u)", blockIdx.x, blockIdx.y, blockIdx.z, threadIdx.x,
           threadIdx.y, threadIdx.z);
}

void select(int thread) {
  current = thread;
  threadIdx = {thread % blockDim.x, thread / blockDim.x % blockDim.y, thread / blockDim.x / blockDim.y};
}

void entry() {
  kernel->invoke(kernelArguments);
  fibres[current].done = true;
  emulatedSwitch(&fibres[current].context, &scheduler);
}

void meet(Meeting& meeting, const char* kind, int line) {
  if (meeting.arrived == 0) {
    meeting.kind = kind;
    meeting.line = line;
  } else if (strcmp(meeting.kind, kind) != 0 || meeting.line != line) {
    char text[256];
    snprintf(text, sizeof text, "threads meet at different places: %s (line %d) and %s (line %d)", meeting.kind,
             meeting.line, kind, line);
    emulatedFailure(text);
  }
  meeting.arrived++;
}

bool last(const Meeting& meeting) { return meeting.arrived == meeting.expected; }

void release(Meeting& meeting) {
  meeting.arrived = 0;
  meeting.generation++;
}

void wait(const Meeting& meeting) {
  Fibre& fibre = fibres[current];
  fibre.waitsFor = &meeting;
  fibre.generation = meeting.generation;
  emulatedSwitch(&fibre.context, &scheduler);
}

bool runnable(const Fibre& fibre) {
  return !fibre.done && (!fibre.waitsFor || fibre.waitsFor->generation != fibre.generation);
}

/// Runs the lanes of a warp until none can go on; says whether any could.
bool runWarp(int warp, bool backward) {
  bool any = false;
  const int first = warp * 32, end = first + 32 < threads ? first + 32 : threads;
  for (bool progress = true; progress;) {
    progress = false;
    for (int step = 0; step < end - first; step++) {
      const int thread = backward ? end - 1 - step : first + step;
      if (!runnable(fibres[thread])) continue;
      fibres[thread].waitsFor = nullptr;
      select(thread);
      emulatedSwitch(&scheduler, &fibres[thread].context);
      progress = any = true;
    }
  }
  return any;
}

void requireDone() {
  for (int thread = 0; thread < threads; thread++) {
    if (fibres[thread].done) continue;
    select(thread);
    const Meeting& meeting = *fibres[thread].waitsFor;
    char text[256];
    snprintf(text, sizeof text, "waits at %s (line %d) for threads that never come", meeting.kind, meeting.line);
    emulatedFailure(text);
  }
}

void runBlock(const EmulatedLaunch& launch) {
  emulatedBlock++;
  memset(emulatedShared, 0xff, launch.sharedBytes + canaryBytes);
  memset(kernel->sharedStart, 0xff, kernel->sharedEnd - kernel->sharedStart);
  barrier = {threads, 0, 0, "", 0};
  const int count = (threads + 31) / 32;
  for (int warp = 0; warp < count; warp++)
    warps[warp] = {{threads - warp * 32 < 32 ? threads - warp * 32 : 32, 0, 0, "", 0}, {}};
  for (int thread = 0; thread < threads; thread++) {
    fibres[thread].waitsFor = nullptr;
    fibres[thread].done = false;
    prepare(fibres[thread].context, stacks + thread * stackBytes, entry);
  }
  const bool backward = launch.order == 1;
  for (bool progress = true; progress;) {
    progress = false;
    for (int step = 0; step < count; step++)
      if (runWarp(backward ? count - 1 - step : step, backward)) progress = true;
  }
  requireDone();
  for (size_t place = 0; place < canaryBytes; place++)
    if (emulatedShared[launch.sharedBytes + place] != 0xff) emulatedFailure("wrote past the dynamic shared memory");
}

void onFault(int, siginfo_t* info, void*) {
  char text[128];
  snprintf(text, sizeof text, "touches memory outside of every allocation, at %p", info->si_addr);
  emulatedFailure(text);
}

struct Faults {
  struct sigaction segmentation, bus;
  Faults() {
    struct sigaction action {};
    action.sa_sigaction = onFault;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSEGV, &action, &segmentation);
    sigaction(SIGBUS, &action, &bus);
  }
  ~Faults() {
    sigaction(SIGSEGV, &segmentation, nullptr);
    sigaction(SIGBUS, &bus, nullptr);
  }
};

std::map<unsigned char*, size_t> allocations;

}  // namespace

void emulatedFailure(const char* what) {
  char where[128];
  place(where, sizeof where);
  snprintf(message, sizeof message, "The kernel \"%s\", %s: %s.", kernel->name, where, what);
  siglongjmp(failure, 1);
}

void emulatedBarrier(int line) {
  meet(barrier, "__syncthreads", line);
  if (last(barrier)) release(barrier);
  else wait(barrier);
}

void emulatedWarp(const char* kind, void* mine, void (*combine)(void** lanes)) {
  Warp& warp = warps[current / 32];
  meet(warp.meeting, kind, 0);
  warp.lanes[current % 32] = mine;
  if (!last(warp.meeting)) return wait(warp.meeting);
  combine(warp.lanes);
  release(warp.meeting);
}

/// Runs a whole launch. Returns a sentence when the kernel did what no kernel may, else null.
extern "C" const char* emulatedRun(const EmulatedKernel* what, const EmulatedLaunch* launch,
                                   const unsigned char* arguments) {
  if (!stacks)
    stacks = static_cast<unsigned char*>(
        mmap(nullptr, maxThreads * stackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  kernel = what;
  kernelArguments = arguments;
  const auto extent = [](const int32_t* size) { return dim3{unsigned(size[0]), unsigned(size[1]), unsigned(size[2])}; };
  gridDim = extent(launch->grid);
  blockDim = extent(launch->block);
  threads = launch->block[0] * launch->block[1] * launch->block[2];
  void* shared = nullptr;
  if (posix_memalign(&shared, 1024, launch->sharedBytes + canaryBytes)) return "No memory for a block's shared memory.";
  emulatedShared = static_cast<unsigned char*>(shared);
  const char* result = nullptr;
  {
    Faults faults;
    if (sigsetjmp(failure, 1)) {
      result = message;
    } else {
      for (unsigned z = 0; z < gridDim.z; z++)
        for (unsigned y = 0; y < gridDim.y; y++)
          for (unsigned x = 0; x < gridDim.x; x++) {
            blockIdx = {x, y, z};
            runBlock(*launch);
          }
    }
  }
  free(shared);
  return result;
}

/// Memory whose end meets an inaccessible page (to 16 bytes), filled with NaN; 0 when there is none.
extern "C" uint64_t emulatedAllocate(uint64_t bytes) {
  const size_t page = sysconf(_SC_PAGESIZE);
  const size_t inner = (bytes + page - 1) / page * page;
  void* base = mmap(nullptr, inner + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return 0;
  unsigned char* start = static_cast<unsigned char*>(base) + page;
  if (inner > 0 && mprotect(start, inner, PROT_READ | PROT_WRITE)) return 0;
  unsigned char* address = start + inner - (bytes + 15) / 16 * 16;
  if (bytes > 0) memset(address, 0xff, bytes);
  allocations[address] = inner + 2 * page;
  return reinterpret_cast<uint64_t>(address);
}

extern "C" void emulatedFree(uint64_t address) {
  unsigned char* start = reinterpret_cast<unsigned char*>(address);
  const auto found = allocations.find(start);
  if (found == allocations.end()) return;
  const size_t page = sysconf(_SC_PAGESIZE);
  unsigned char* base = reinterpret_cast<unsigned char*>(address / page * page) - page;
  munmap(base, found->second);
  allocations.erase(found);
}
