import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Driver } from '../../src-main/engine/executors/cuda/driver.ts'
import { openNativeDriver } from '../../src-main/engine/executors/cuda/native/driver.ts'
import { findLibrary, missingLibraries } from '../../src-main/engine/executors/cuda/native/find.ts'

/** The first card. Throws a sentence that says what is missing. */
export function openCard(): Driver {
  const missing = missingLibraries()
  if (missing) throw new Error(`${missing.what} ${missing.install ?? ''}`.trim())
  const paths = {
    driver: findLibrary('driver')!,
    compiler: findLibrary('compiler')!,
    products: findLibrary('products')!,
  }
  return openNativeDriver({ paths, index: 0, cache: join(tmpdir(), 'quiver-kernels') })
}
