/** Compiled programs by key: each is built and compiled when it is first needed. */
import type { CompiledProgram, Executor } from '../engine/executor.ts'
import type { Program } from '../engine/graph.ts'

export type ProgramCache = (key: string, build: () => Program) => Promise<CompiledProgram>

export function programCache(executor: Executor): ProgramCache {
  const compiled = new Map<string, Promise<CompiledProgram>>()
  return (key, build) => {
    const known = compiled.get(key) ?? executor.compile(build())
    compiled.set(key, known)
    return known
  }
}
