// NVIDIA's libraries as far as their documentation says what a call does, on host memory and at once: for tests of how
// Quiver calls them where there is no card. One library stands for all four.
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t handle;
static long live;
static int failing;
long standInLive(void) { return live; }
// The next allocation fails with this code.
void standInFail(int code) { failing = code; }
// What the driver runs, and codes that the next load of a module and the next end of a capture fail with.
static int version = 13000, refusing, spoiled;
void standInVersion(int newest) { version = newest; }
void standInRefuse(int code) { refusing = code; }
void standInSpoil(int code) { spoiled = code; }
static int once(int* code) { int now = *code; *code = 0; return now; }
static void* taken(size_t bytes) { live++; return calloc(1, bytes ? bytes : 1); }
static void given(void* pointer) { live--; free(pointer); }

int cuInit(uint32_t flags) { return 0; }
int cuDriverGetVersion(int* newest) { *newest = version; return 0; }
// Cards are as many as the environment says; each has a context of its own, with memory and streams that no other may touch.
static int cards(void) { const char* text = getenv("STAND_IN_CARDS"); return text ? atoi(text) : 1; }
static __thread handle current;
static struct { handle from, to, context; } owned[4096];
static void own(handle from, handle to) {
  for (int i = 0; i < 4096; i++)
    if (!owned[i].to || owned[i].from == from) { owned[i].from = from; owned[i].to = to; owned[i].context = current; return; }
}
// Whether a device address or stream is another context's.
static int foreign(handle what) {
  for (int i = 0; i < 4096 && owned[i].to; i++)
    if (what >= owned[i].from && what < owned[i].to) return owned[i].context != current;
  return 0;
}
int cuDeviceGetCount(int* count) { *count = cards(); return 0; }
int cuDeviceGet(int* device, int index) { *device = 40 + index; return 0; }
int cuDeviceGetName(char* name, int length, int device) { snprintf(name, length, "Stand-in %d", device); return 0; }
int cuDeviceGetUuid_v2(unsigned char* uuid, int device) { for (int i = 0; i < 16; i++) uuid[i] = i * 17; uuid[0] += device - 40; return 0; }
int cuDeviceGetAttribute(int* value, int attribute, int device) {
  *value = attribute == 75 ? 9 : attribute == 76 ? 0 : attribute == 16 ? 132 : attribute == 97 ? 232448 : -1;
  return 0;
}
int cuDeviceTotalMem_v2(size_t* bytes, int device) { *bytes = (size_t)80 << 30; return 0; }
int cuDevicePrimaryCtxRetain(handle* context, int device) { *context = 7 + device - 40; live++; return 0; }
int cuDevicePrimaryCtxRelease_v2(int device) { live--; return 0; }
int cuCtxSetCurrent(handle context) { current = context; return context >= 7 && context < 7 + cards() ? 0 : 201; }
int cuCtxSynchronize(void) { return 0; }
int cuMemAlloc_v2(handle* address, size_t bytes) {
  if (failing) { int code = failing; failing = 0; return code; }
  if (!current) return 201;
  *address = (handle)taken(bytes);
  own(*address, *address + bytes);
  return 0;
}
int cuMemFree_v2(handle address) { given((void*)address); return 0; }
int cuMemGetInfo_v2(size_t* left, size_t* total) { *left = 1; *total = 2; return 0; }
int cuMemHostAlloc(void** pointer, size_t bytes, uint32_t flags) { *pointer = taken(bytes); return 0; }
int cuMemFreeHost(handle pointer) { given((void*)pointer); return 0; }
int cuMemcpyAsync(handle target, handle source, size_t bytes, handle stream) {
  if (stream < 100 || foreign(stream) || foreign(target) || foreign(source)) return 400;
  memcpy((void*)target, (void*)source, bytes);
  return 0;
}
int cuMemsetD8Async(handle t, uint8_t byte, size_t bytes, handle stream) { memset((void*)t, byte, bytes); return stream < 100 ? 400 : 0; }
int cuStreamCreate(handle* stream, uint32_t flags) { static handle next = 100; *stream = next++; own(*stream, *stream + 1); live++; return 0; }
int cuStreamDestroy_v2(handle stream) { live--; return 0; }
int cuStreamSynchronize(handle stream) { return stream < 100 ? 400 : 0; }
int cuStreamWaitEvent(handle stream, handle event, uint32_t flags) { return stream < 100 || event < 1000 ? 400 : 0; }
int cuEventCreate(handle* event, uint32_t flags) { static handle next = 1000; *event = next++; live++; return 0; }
int cuEventRecord(handle event, handle stream) { return event < 1000 || stream < 100 ? 400 : 0; }
int cuEventSynchronize(handle event) { return event < 1000 ? 400 : 0; }
int cuEventDestroy_v2(handle event) { live--; return 0; }

// A function fills a stretch with start, start + step, …; a captured launch runs when it is replayed.
struct launch { float* target; int count; float start; long long step; };
static int capturing, launches;
static struct launch captured[16];
static void perform(struct launch l) { for (int i = 0; i < l.count; i++) l.target[i] = l.start + i * l.step; }
int cuStreamBeginCapture_v2(handle stream, int mode) { capturing = 1; launches = 0; return mode == 1 ? 0 : 1; }
int cuStreamEndCapture(handle stream, handle* graph) { capturing = 0; *graph = 55; return once(&spoiled); }
int cuGraphInstantiateWithFlags(handle* executable, handle graph, uint64_t flags) { *executable = 66; live++; return graph == 55 ? 0 : 1; }
int cuGraphLaunch(handle executable, handle stream) {
  for (int i = 0; i < launches; i++) perform(captured[i]);
  return executable == 66 ? 0 : 1;
}
int cuGraphExecDestroy(handle executable) { live--; return 0; }
int cuGraphDestroy(handle graph) { return 0; }
int cuModuleLoadData(handle* module, const char* image) {
  if (refusing) return once(&refusing);
  *module = 77;
  live++;
  return strncmp(image, "code for ", 9) ? 200 : 0;
}
int cuModuleUnload(handle module) { live--; return 0; }
int cuModuleGetFunction(handle* function, handle module, const char* name) { *function = 88; return strcmp(name, "count_up") ? 500 : 0; }
static int allowed = 48 * 1024;
int cuFuncSetAttribute(handle function, int attribute, int value) { if (attribute == 8) allowed = value; return 0; }
int cuLaunchKernel(handle function, uint32_t gx, uint32_t gy, uint32_t gz, uint32_t bx, uint32_t by, uint32_t bz, uint32_t shared,
                   handle stream, void** parameters, void** extra) {
  if (function != 88 || shared > allowed || stream < 100 || extra || foreign(stream) || foreign(*(handle*)parameters[0])) return 1;
  struct launch l = {*(float**)parameters[0], *(int*)parameters[1], *(float*)parameters[2], *(long long*)parameters[3]};
  if (gx * bx < l.count || gy * gz * by * bz != 1) return 701;
  if (capturing) captured[launches++] = l;
  else perform(l);
  return 0;
}
int cuGetErrorName(int code, const char** text) { *text = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : code == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS" : NULL; return 0; }
int cuGetErrorString(int code, const char** text) { *text = code == 700 ? "an illegal memory access was encountered" : NULL; return 0; }

static const char* source;
static char option[64];
int nvrtcVersion(int* major, int* minor) { *major = 12; *minor = 8; return 0; }
int nvrtcCreateProgram(handle* program, const char* text, const char* name, int count, void* a, void* b) { source = strdup(text); *program = 5; live++; return 0; }
int nvrtcCompileProgram(handle program, int count, const char** options) {
  snprintf(option, sizeof option, "code for %s", options[0] + strlen("--gpu-architecture="));
  return strstr(source, "mistake") ? 6 : 0;
}
int nvrtcGetCUBINSize(handle program, size_t* bytes) { *bytes = strlen(option) + 1; return 0; }
int nvrtcGetCUBIN(handle program, char* code) { strcpy(code, option); return 0; }
int nvrtcGetPTXSize(handle program, size_t* bytes) { return nvrtcGetCUBINSize(program, bytes); }
int nvrtcGetPTX(handle program, char* code) { return nvrtcGetCUBIN(program, code); }
static const char* complaint = "count_up.cu(1): error: identifier \"mistake\" is undefined\n";
int nvrtcGetProgramLogSize(handle program, size_t* bytes) { *bytes = strlen(complaint) + 1; return 0; }
int nvrtcGetProgramLog(handle program, char* text) { strcpy(text, complaint); return 0; }
int nvrtcDestroyProgram(handle* program) { live--; return *program == 5 ? 0 : 1; }
int nvrtcGetNumSupportedArchs(int* count) { *count = 2; return 0; }
int nvrtcGetSupportedArchs(int* known) { known[0] = 80; known[1] = 90; return 0; }
const char* nvrtcGetErrorString(int code) { return code == 6 ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR"; }

struct description { int compute, transposeA, transposeB, epilogue; float* bias; };
struct layout { int type; uint64_t rows, columns; int64_t leading; int batch; int64_t stride; };
size_t cublasLtGetVersion(void) { return 120803; }
int cublasLtCreate(handle* made) { *made = 3; live++; return 0; }
int cublasLtDestroy(handle made) { live--; return 0; }
int cublasLtMatmulDescCreate(struct description** made, int compute, int scale) {
  *made = taken(sizeof **made);
  (*made)->compute = compute;
  (*made)->epilogue = 1;
  return scale ? 7 : 0;
}
int cublasLtMatmulDescDestroy(struct description* made) { given(made); return 0; }
int cublasLtMatmulDescSetAttribute(struct description* d, int attribute, const void* value, size_t bytes) {
  if (bytes != (attribute == 8 ? 8 : 4)) return 7;
  if (attribute == 3) d->transposeA = *(int*)value;
  else if (attribute == 4) d->transposeB = *(int*)value;
  else if (attribute == 7) d->epilogue = *(int*)value;
  else if (attribute == 8) d->bias = *(float**)value;
  else return 7;
  return 0;
}
int cublasLtMatrixLayoutCreate(struct layout** made, int type, uint64_t rows, uint64_t columns, int64_t leading) {
  *made = taken(sizeof **made);
  **made = (struct layout){type, rows, columns, leading, 1, 0};
  return leading < rows ? 7 : 0;
}
int cublasLtMatrixLayoutDestroy(struct layout* made) { given(made); return 0; }
int cublasLtMatrixLayoutSetAttribute(struct layout* l, int attribute, const void* value, size_t bytes) {
  if (attribute == 5 && bytes == 4) l->batch = *(int*)value;
  else if (attribute == 6 && bytes == 8) l->stride = *(int64_t*)value;
  else return 7;
  return 0;
}
int cublasLtMatmulPreferenceCreate(handle* made) { *made = 4; live++; return 0; }
int cublasLtMatmulPreferenceDestroy(handle made) { live--; return 0; }
int cublasLtMatmulPreferenceSetAttribute(handle made, int attribute, const void* value, size_t bytes) { return bytes == (attribute == 1 ? 8 : 4) ? 0 : 7; }
int cublasLtMatmulAlgoGetHeuristic(handle h, struct description* d, struct layout* a, struct layout* b, struct layout* c, struct layout* e,
                                   handle preference, int wanted, unsigned char* results, int* found) {
  memset(results, 9, 96);
  memset(results + 72, 0, 4);
  *found = 1;
  return h == 3 && preference == 4 && wanted == 1 && c->rows == e->rows && c->columns == e->columns ? 0 : 7;
}
static float at(struct layout* l, float* from, int entry, uint64_t row, uint64_t column) { return from[entry * l->stride + column * l->leading + row]; }
int cublasLtMatmul(handle h, struct description* d, float* alpha, float* A, struct layout* a, float* B, struct layout* b, float* beta, float* C,
                   struct layout* c, float* D, struct layout* e, unsigned char* algorithm, handle workspace, size_t bytes, handle stream) {
  uint64_t inner = d->transposeA ? a->rows : a->columns;
  if (h != 3 || algorithm[63] != 9 || !workspace || bytes != 32 << 20 || stream < 100 || a->type || d->compute != 68) return 7;
  if (e->rows != (d->transposeA ? a->columns : a->rows) || e->columns != (d->transposeB ? b->rows : b->columns)) return 7;
  if (inner != (d->transposeB ? b->columns : b->rows)) return 7;
  for (int entry = 0; entry < e->batch; entry++)
    for (uint64_t column = 0; column < e->columns; column++)
      for (uint64_t row = 0; row < e->rows; row++) {
        double sum = 0;
        for (uint64_t k = 0; k < inner; k++)
          sum += (double)(d->transposeA ? at(a, A, entry, k, row) : at(a, A, entry, row, k)) *
                 (d->transposeB ? at(b, B, entry, column, k) : at(b, B, entry, k, column));
        sum *= *alpha;
        if (*beta != 0) sum += *beta * at(c, C, entry, row, column);
        if (d->epilogue == 4) sum += d->bias[row];
        D[entry * e->stride + column * e->leading + row] = sum;
      }
  return 0;
}
const char* cublasLtGetStatusString(int code) { return code == 7 ? "CUBLAS_STATUS_INVALID_VALUE" : "CUBLAS_STATUS"; }

int nvmlInit_v2(void) { live++; return 0; }
int nvmlShutdown(void) { live--; return 0; }
int nvmlSystemGetDriverVersion(char* text, uint32_t length) { snprintf(text, length, "580.1"); return 0; }
int nvmlDeviceGetCount_v2(uint32_t* count) { *count = cards(); return 0; }
int nvmlDeviceGetHandleByIndex_v2(uint32_t index, handle* device) { *device = 9 + index; return index >= cards() ? 2 : 0; }
int nvmlDeviceGetHandleByUUID(const char* uuid, handle* device) {
  *device = 9 + uuid[5] - '0';
  return strncmp(uuid, "GPU-0", 5) || strcmp(uuid + 6, "112233-4455-6677-8899-aabbccddeeff") || *device >= 9 + cards() ? 6 : 0;
}
int nvmlDeviceGetName(handle device, char* text, uint32_t length) { snprintf(text, length, "Stand-in"); return 0; }
int nvmlDeviceGetMemoryInfo(handle device, uint64_t* memory) { memory[0] = 80ull << 30; memory[1] = 70ull << 30; memory[2] = (device + 1) << 30; return device >= 9 ? 0 : 1; }
int nvmlDeviceGetUtilizationRates(handle device, uint32_t* shares) { shares[0] = 93; shares[1] = 41; return 0; }
int nvmlDeviceGetClockInfo(handle device, int clock, uint32_t* megahertz) { *megahertz = clock == 1 ? 1980 : 2619; return 0; }
int nvmlDeviceGetPowerUsage(handle device, uint32_t* milliwatts) { *milliwatts = 512300; return 0; }
int nvmlDeviceGetTemperature(handle device, int sensor, uint32_t* celsius) { return 3; }
const char* nvmlErrorString(int code) { return code == 3 ? "Not Supported" : "Not Found"; }
