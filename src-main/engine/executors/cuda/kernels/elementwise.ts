/**
 * SwiGLU forward and backward (Shazeer 2020). Results may take the place of operands.
 *
 * Floor: memory, three arrays forward and five backward; 16 bytes a thread and array, nothing kept. The activations between
 * the products around it could go into the products' epilogues only with products of our own.
 */
import type { Launch } from '../kernel.ts'
import { ceilDivide, elementsPerVector, kernelOf, launchOf, type Storage } from './prelude.ts'

const threads = 256

/** Applies `body` to whole vectors, then one element at a time to what is left. */
const loop = (body: string): string => `
  const long long start = ((long long)blockIdx.x * ${threads} + threadIdx.x) * VECTOR;
  if (start + VECTOR <= count) {
    const int lanes = VECTOR;
    ${body.replaceAll('LOAD(', 'load16(').replaceAll('STORE(', 'store16(')}
  } else {
    for (long long at = start; at < count; at++) {
      const int lanes = 1;
      ${body
        .replaceAll('start', 'at')
        .replace(/LOAD\(([^,]+), (\w+)\)/g, '$2[0] = toFloat(*($1))')
        .replace(/STORE\(([^,]+), (\w+)\)/g, 'put($1, $2[0])')}
    }
  }`

const constantsOf = (storage: Storage) => ({ VECTOR: elementsPerVector(storage) })

/** silu(gate) · up. Arguments: gate, up, out [count], count. */
export function swigluLaunch(storage: Storage, count: number): Launch {
  const kernel = kernelOf({
    name: `swiglu_${storage}`,
    storage,
    threads,
    inPlace: true,
    constants: constantsOf(storage),
    parameters: { gate: 'const T*', up: 'const T*', out: 'T*', count: 'long long' },
    body: loop(`
    float x[VECTOR], y[VECTOR];
    LOAD(gate + start, x);
    LOAD(up + start, y);
#pragma unroll
    for (int i = 0; i < lanes; i++) y[i] *= x[i] / (1.f + __expf(-x[i]));
    STORE(out + start, y);`),
  })
  return launchOf(kernel, ceilDivide(count, threads * elementsPerVector(storage)), threads)
}

/** Arguments: gate, up, cotangent, dGate, dUp [count], count. */
export function swigluGradLaunch(storage: Storage, count: number): Launch {
  const kernel = kernelOf({
    name: `swiglu_grad_${storage}`,
    storage,
    threads,
    inPlace: true,
    constants: constantsOf(storage),
    parameters: {
      gate: 'const T*',
      up: 'const T*',
      cotangent: 'const T*',
      dGate: 'T*',
      dUp: 'T*',
      count: 'long long',
    },
    body: loop(`
    float x[VECTOR], y[VECTOR], g[VECTOR];
    LOAD(gate + start, x);
    LOAD(up + start, y);
    LOAD(cotangent + start, g);
#pragma unroll
    for (int i = 0; i < lanes; i++) {
      // d silu = s + x·s·(1 − s)
      const float slope = 1.f / (1.f + __expf(-x[i]));
      const float activated = x[i] * slope;
      const float toGate = g[i] * y[i] * (slope + activated * (1.f - slope));
      y[i] = g[i] * activated;
      x[i] = toGate;
    }
    STORE(dGate + start, x);
    STORE(dUp + start, y);`),
  })
  return launchOf(kernel, ceilDivide(count, threads * elementsPerVector(storage)), threads)
}
