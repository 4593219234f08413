/**
 * Matrix products by cuBLASLt, which counts columns first: a row-major matrix is its transpose there, so d = a · b is
 * asked for as dᵀ = bᵀ · aᵀ. What a product needs is set up once per kind of product and kept.
 */
import type { Matrix, Product } from '../driver.ts'
import { cublasLt, heuristicResult } from './constants.ts'
import { checkedFunctions, outNumber, outPointer, textFunction } from './library.ts'

export const prototypes = {
  cublasLtCreate: 'uint64_t* handle',
  cublasLtDestroy: 'uint64_t handle',
  cublasLtMatmulDescCreate: 'uint64_t* description, int compute, int scale',
  cublasLtMatmulDescDestroy: 'uint64_t description',
  cublasLtMatmulDescSetAttribute: 'uint64_t description, int attribute, const void* value, size_t bytes',
  cublasLtMatrixLayoutCreate: 'uint64_t* layout, int type, uint64_t rows, uint64_t columns, int64_t leading',
  cublasLtMatrixLayoutDestroy: 'uint64_t layout',
  cublasLtMatrixLayoutSetAttribute: 'uint64_t layout, int attribute, const void* value, size_t bytes',
  cublasLtMatmulPreferenceCreate: 'uint64_t* preference',
  cublasLtMatmulPreferenceDestroy: 'uint64_t preference',
  cublasLtMatmulPreferenceSetAttribute: 'uint64_t preference, int attribute, const void* value, size_t bytes',
  cublasLtMatmulAlgoGetHeuristic:
    'uint64_t handle, uint64_t description, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t preference, int wanted, void* results, int* found',
  cublasLtMatmul:
    'uint64_t handle, uint64_t description, const void* alpha, uint64_t a, uint64_t aLayout, uint64_t b, uint64_t bLayout, const void* beta, uint64_t c, uint64_t cLayout, uint64_t d, uint64_t dLayout, const void* algorithm, uint64_t workspace, size_t workspaceBytes, uint64_t stream',
} as const

const types = { float32: cublasLt.CUDA_R_32F, bfloat16: cublasLt.CUDA_R_16BF } as const
const alignments = [
  cublasLt.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES,
  cublasLt.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
  cublasLt.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES,
  cublasLt.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES,
] as const

/** Bytes of device memory that algorithms may use; the library's own advice for large cards. */
export const workspaceBytes = 32 * 2 ** 20

interface Ready {
  readonly description: bigint
  readonly layouts: readonly bigint[]
  readonly algorithm: Uint8Array
}

const alignmentOf = (...numbers: readonly number[]): number => {
  const bits = numbers.reduce((all, number) => all | (number % 256), 256)
  return Math.min(256, bits & -bits)
}

const matrixKey = ({ storage, rowStride, batchStride, transposed, address }: Matrix) =>
  `${storage} ${rowStride} ${batchStride} ${transposed} ${alignmentOf(address)}`

function keyOf({ m, n, k, batch, a, b, c, d, bias, tf32 }: Product): string {
  return [m, n, k, batch, tf32, bias !== undefined, ...[a, b, c ?? d, d].map(matrixKey)].join('|')
}

export class Products {
  readonly #functions: ReturnType<typeof openFunctions>
  readonly #handle: bigint
  readonly #ready = new Map<string, Ready>()
  readonly #workspace: number

  /** Throws what the loader says where the library cannot be opened. `workspace` is device memory of `workspaceBytes`. */
  constructor(path: string, workspace: number) {
    this.#functions = openFunctions(path)
    const handle = outPointer()
    this.#functions.cublasLtCreate(handle)
    this.#handle = handle[0]!
    this.#workspace = workspace
  }

  multiply(product: Product, stream: bigint): void {
    const key = keyOf(product)
    const ready = this.#ready.get(key) ?? this.#prepare(product)
    this.#ready.set(key, ready)
    const { a, b, c, d, alpha, beta, bias } = product
    if (bias)
      this.#set(ready.description, cublasLt.CUBLASLT_MATMUL_DESC_BIAS_POINTER, BigUint64Array.of(BigInt(bias.address)))
    const [first, second, third, fourth] = ready.layouts
    this.#functions.cublasLtMatmul(
      ...[this.#handle, ready.description, Float32Array.of(alpha), b.address, first, a.address, second],
      ...[Float32Array.of(beta), (c ?? d).address, third, d.address, fourth],
      ...[ready.algorithm, this.#workspace, workspaceBytes, stream],
    )
  }

  #set(handle: bigint, attribute: number, value: Int32Array | BigUint64Array): void {
    this.#functions.cublasLtMatmulDescSetAttribute(handle, attribute, value, value.byteLength)
  }

  #prepare(product: Product): Ready {
    const { m, n, k, a, b, c, d, tf32, bias, batch } = product
    const handle = outPointer()
    const rounded = a.storage === 'float32' && tf32
    const compute = rounded ? cublasLt.CUBLAS_COMPUTE_32F_FAST_TF32 : cublasLt.CUBLAS_COMPUTE_32F
    this.#functions.cublasLtMatmulDescCreate(handle, compute, types.float32)
    const described = handle[0]!
    const transposed = (of: Matrix) => Int32Array.of(of.transposed ? cublasLt.CUBLAS_OP_T : cublasLt.CUBLAS_OP_N)
    this.#set(described, cublasLt.CUBLASLT_MATMUL_DESC_TRANSA, transposed(b))
    this.#set(described, cublasLt.CUBLASLT_MATMUL_DESC_TRANSB, transposed(a))
    if (bias) {
      this.#set(described, cublasLt.CUBLASLT_MATMUL_DESC_EPILOGUE, Int32Array.of(cublasLt.CUBLASLT_EPILOGUE_BIAS))
      // The choice of an algorithm looks at the address's alignment.
      this.#set(described, cublasLt.CUBLASLT_MATMUL_DESC_BIAS_POINTER, BigUint64Array.of(BigInt(bias.address)))
    }
    const layouts = [
      this.#layout(b, k, n, batch),
      this.#layout(a, m, k, batch),
      this.#layout(c ?? d, m, n, batch),
      this.#layout(d, m, n, batch),
    ]
    const algorithm = this.#algorithm(product, described, layouts)
    return { description: described, layouts, algorithm }
  }

  /** A row-major matrix of these sizes after transposition, as the library counts. */
  #layout(
    { storage, rowStride, batchStride, transposed }: Matrix,
    rows: number,
    columns: number,
    batch: number,
  ): bigint {
    const handle = outPointer()
    const [inner, outer] = transposed ? [rows, columns] : [columns, rows]
    this.#functions.cublasLtMatrixLayoutCreate(handle, types[storage], inner, outer, rowStride)
    const made = handle[0]!
    if (batch > 1) {
      const set = this.#functions.cublasLtMatrixLayoutSetAttribute
      set(made, cublasLt.CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, Int32Array.of(batch), 4)
      set(made, cublasLt.CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, BigInt64Array.of(BigInt(batchStride)), 8)
    }
    return made
  }

  #algorithm({ a, b, c, d, m, n, k }: Product, described: bigint, layouts: readonly bigint[]): Uint8Array {
    const functions = this.#functions
    const handle = outPointer()
    functions.cublasLtMatmulPreferenceCreate(handle)
    const preferred = handle[0]!
    const set = functions.cublasLtMatmulPreferenceSetAttribute
    set(preferred, cublasLt.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, BigUint64Array.of(BigInt(workspaceBytes)), 8)
    for (const [index, { address }] of [b, a, c ?? d, d].entries())
      set(preferred, alignments[index], Uint32Array.of(alignmentOf(address)), 4)
    const [results, found] = [new Uint8Array(heuristicResult.bytes), outNumber()]
    const what = `A product [${m}, ${k}] · [${k}, ${n}] of ${a.storage}`
    try {
      functions.cublasLtMatmulAlgoGetHeuristic(...[this.#handle, described, ...layouts, preferred, 1, results, found])
    } catch (error) {
      throw new Error(`${what} has no algorithm: ${(error as Error).message}`)
    } finally {
      functions.cublasLtMatmulPreferenceDestroy(preferred)
    }
    const status = new DataView(results.buffer).getInt32(heuristicResult.stateAt, true)
    if (found[0] === 0 || status !== 0) throw new Error(`${what} has no algorithm on this card (status ${status}).`)
    return results.slice(0, heuristicResult.algorithmBytes)
  }

  dispose(): void {
    for (const { description: described, layouts } of this.#ready.values()) {
      this.#functions.cublasLtMatmulDescDestroy(described)
      for (const each of layouts) this.#functions.cublasLtMatrixLayoutDestroy(each)
    }
    this.#ready.clear()
    this.#functions.cublasLtDestroy(this.#handle)
  }
}

function openFunctions(path: string) {
  return checkedFunctions(path, prototypes, textFunction(path, 'const char* cublasLtGetStatusString(int code)'))
}
