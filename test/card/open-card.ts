import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Driver } from '../../src-main/engine/executors/cuda/driver.ts'
import { openCard as open } from '../../src-main/engine/executors/cuda/native/open.ts'

/** The first card, its kernels kept for the other steps. Throws a sentence that says what is missing. */
export const openCard = (): Driver => open({ index: 0, cache: join(tmpdir(), 'quiver-kernels') })
