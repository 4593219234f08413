import type { RunConfig } from '../../src-preload/contract/config.ts'

/** Whether the tokens of a step are stored. */
export const tracesStep = ({ trace }: RunConfig, step: number): boolean => step % trace.every === 0
