/**
 * Rotary position embedding, halves paired as Hugging Face pairs them (Su et al. 2021); its gradient is the rotation back.
 *
 * Floor: memory, x read once and written once; the tables' rows are shared by all heads of a token and stay in cache. A thread
 * turns one vector of each half, so that both are 16-byte accesses. In place is allowed: out may be x.
 */
import type { Launch } from '../kernel.ts'
import { ceilDivide, elementsPerVector, kernelOf, launchOf, type Storage } from './prelude.ts'

export interface RopeOptions {
  readonly storage: Storage
  /** Elements of a head, an even number. */
  readonly headDim: number
  readonly inverse: boolean
}

const threads = 256

/** Arguments: x [rows, heads · headDim], int32 positions [rows], float32 cos, sin [positions, headDim / 2], out, rows, heads. */
export function ropeLaunch({ storage, headDim, inverse }: RopeOptions, rows: number, heads: number): Launch {
  const half = headDim / 2
  const wide = elementsPerVector(storage)
  const vector = half % wide === 0 ? wide : 1
  const [load, store] =
    vector === 1
      ? [
          (from: string, to: string) => `${to}[0] = toFloat(*(${from}))`,
          (to: string, from: string) => `put(${to}, ${from}[0])`,
        ]
      : [
          (from: string, to: string) => `load16(${from}, ${to})`,
          (to: string, from: string) => `store16(${to}, ${from})`,
        ]
  const kernel = kernelOf({
    name: `rope${inverse ? '_inverse' : ''}_${storage}_${headDim}`,
    storage,
    threads,
    inPlace: true,
    constants: { HALF: half, VECTOR: vector, PARTS: half / vector },
    parameters: {
      x: 'const T*',
      positions: 'const int*',
      cosTable: 'const float*',
      sinTable: 'const float*',
      out: 'T*',
      rows: 'int',
      heads: 'int',
    },
    body: `
  const long long index = (long long)blockIdx.x * ${threads} + threadIdx.x;
  if (index >= (long long)rows * heads * PARTS) return;
  const int part = index % PARTS;
  const long long head = index / PARTS;
  const long long angle = (long long)positions[head / heads] * HALF + part * VECTOR;
  const long long at = head * (2 * HALF) + part * VECTOR;
  float a[VECTOR], b[VECTOR];
  ${load('x + at', 'a')};
  ${load('x + at + HALF', 'b')};
#pragma unroll
  for (int i = 0; i < VECTOR; i++) {
    const float c = cosTable[angle + i], s = ${inverse ? '-' : ''}sinTable[angle + i];
    const float turned = a[i] * c - b[i] * s;
    b[i] = b[i] * c + a[i] * s;
    a[i] = turned;
  }
  ${store('out + at', 'a')};
  ${store('out + at + HALF', 'b')};`,
  })
  return launchOf(kernel, ceilDivide(rows * heads * (half / vector), threads), threads)
}
