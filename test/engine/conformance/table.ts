/** The conformance table: what every executor must compute, one entry per op and situation. */
import { attentionEntries } from './attention.ts'
import { dropoutEntries } from './dropout.ts'
import { elementwiseEntries } from './elementwise.ts'
import type { Entry } from './entry.ts'
import { gatherEntries } from './gather.ts'
import { headEntries } from './heads.ts'
import { layerEntries } from './layers.ts'
import { packedAttentionEntries } from './packed-attention.ts'
import { productEntries } from './products.ts'
import { reduceEntries } from './reduce.ts'
import { samplingEntries } from './sampling.ts'
import { structureEntries } from './structure.ts'

export const table: readonly Entry[] = [
  ...structureEntries,
  ...elementwiseEntries,
  ...reduceEntries,
  ...gatherEntries,
  ...productEntries,
  ...layerEntries,
  ...attentionEntries,
  ...packedAttentionEntries,
  ...headEntries,
  ...dropoutEntries,
  ...samplingEntries,
]
