/**
 * Keeps compiled modules on disk for the threads and processes started after this import: they start in half the time, and
 * no thread has to strip types itself. Node does that in WebAssembly, whose code several threads free at once, and now and
 * then the process dies of it (SIGTRAP, SIGSEGV).
 */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { appFolder } from './resources.ts'

/** Where the user names no folder: with the dependencies, as other tools' caches. One that cannot be written does no harm. */
const compileCacheFolder = process.env.NODE_COMPILE_CACHE ?? join(appFolder, 'node_modules', '.cache', 'quiver')

process.env.NODE_COMPILE_CACHE = compileCacheFolder
enableCompileCache(compileCacheFolder)
