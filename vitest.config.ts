import { defineConfig } from 'vitest/config'
import './src-main/util/compile-cache.ts'
import { LongestFirst } from './test/helpers/longest-first.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: 'test/helpers/compile-workers.ts',
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // Tests of processes, sandboxes and browsers wait more than they compute.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
})
