/** How each op becomes commands. An op without an entry is elementwise or computed through its expansion. */
import { attentions } from './attention.ts'
import { cachedAttentions } from './cached-attention.ts'
import { indexed } from './indexed.ts'
import type { Lowering } from './lowering.ts'
import { network } from './network.ts'
import { optimizers } from './optimizer.ts'
import { packedAttentions } from './packed-attention.ts'
import { products } from './products.ts'
import { reductions } from './reductions.ts'
import { samplings } from './sampling.ts'
import { structure } from './structure.ts'
import { tokenStatistics } from './token-stats.ts'

export const lowerings: Readonly<Record<string, Lowering>> = {
  ...structure,
  ...reductions,
  ...indexed,
  ...products,
  ...network,
  ...attentions,
  ...cachedAttentions,
  ...packedAttentions,
  ...tokenStatistics,
  ...samplings,
  ...optimizers,
}
