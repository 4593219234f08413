/** Compiled programs by key: each is built and compiled when it is first needed. */
import type { CompiledProgram, Executor } from '../engine/executor.ts'
import type { Program } from '../engine/graph.ts'

export interface ProgramUse {
  /** Runs so often between changes of its states that frozen weights are worth a copy inside it. */
  readonly hot?: boolean
}

export type ProgramCache = (key: string, build: () => Program, use?: ProgramUse) => Promise<CompiledProgram>

/** `frozen` are states that never change; hot programs build them in. */
export function programCache(executor: Executor, frozen: readonly string[] = []): ProgramCache {
  const compiled = new Map<string, Promise<CompiledProgram>>()
  return (key, build, { hot = false } = {}) => {
    const known = compiled.get(key) ?? executor.compile(build(), hot ? { frozen } : {})
    compiled.set(key, known)
    return known
  }
}
