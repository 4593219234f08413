import type { Family } from './family.ts'
import { llama } from './llama.ts'
import { mistral } from './mistral.ts'
import { qwen2 } from './qwen2.ts'
import { qwen3 } from './qwen3.ts'
import { smollm3 } from './smollm3.ts'

/** Every family by `model_type`: a new one is a file and a line here. */
export const families: Readonly<Record<string, Family>> = { qwen2, qwen3, llama, mistral, smollm3 }
