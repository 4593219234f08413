#!/usr/bin/env node
/** The headless entry: `npx quiver …`. */
import './util/compile-cache.ts'

// Behind the cache's opening, so that the commands come from it.
await import('./cli/program.ts')
