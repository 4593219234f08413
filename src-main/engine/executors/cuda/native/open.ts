/** A card by the libraries that lie on this computer. */
import type { Driver } from '../driver.ts'
import { openCuda } from './cuda.ts'
import { type NativeOptions, type NativePaths, openNativeDriver } from './driver.ts'
import { findLibrary, installs, missingLibraries, type Places } from './find.ts'
import { outNumber } from './library.ts'

/** Newest CUDA that a driver runs: 12.4 is 12040. */
function cudaVersionOf(driver: string): number {
  const version = outNumber()
  openCuda(driver).cuDriverGetVersion(version)
  return version[0]!
}

/**
 * Paths of the libraries that a card needs, of the newest version that its driver runs. Throws a sentence that names what is
 * missing, or is too new for the driver.
 */
export function nativePaths(places?: Places): NativePaths {
  const missing = missingLibraries(places)
  if (missing) throw new Error(`${missing.what} ${missing.install ?? ''}`.trim())
  const driver = findLibrary('driver', places)!
  const version = cudaVersionOf(driver)
  const newest = Math.floor(version / 1000)
  const suited = (name: 'compiler' | 'products'): string => {
    const path = findLibrary(name, places, newest)
    if (path) return path
    throw new Error(
      `NVIDIA's driver runs CUDA ${newest}.${Math.floor((version % 1000) / 10)}, and ${findLibrary(name, places)} is of a newer version: update the driver, or ${installs[name]}.`,
    )
  }
  return { driver, compiler: suited('compiler'), products: suited('products') }
}

/** Throws, in a sentence, where a library is missing or the card does not answer. */
export function openCard(options: Omit<NativeOptions, 'paths'>): Driver {
  return openNativeDriver({ ...options, paths: nativePaths() })
}
