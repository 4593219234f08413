/** The table of all ops. An op's entry holds its result types, its gradient and, for a composite, its expansion. */
import { constantOp, inputOp, type Op, partOp, stateOp } from './graph.ts'
import * as attention from './ops/attention.ts'
import * as dropout from './ops/dropout.ts'
import * as elementwise from './ops/elementwise.ts'
import * as gather from './ops/gather.ts'
import * as matmul from './ops/matmul.ts'
import * as network from './ops/network.ts'
import * as optimizer from './ops/optimizer.ts'
import * as packedAttention from './ops/packed-attention.ts'
import * as reduce from './ops/reduce.ts'
import * as sampling from './ops/sampling.ts'
import * as structure from './ops/structure.ts'
import * as tokenKl from './ops/token-kl.ts'
import * as tokenMoments from './ops/token-moments.ts'
import * as tokenStats from './ops/token-stats.ts'
import * as tokenTop from './ops/token-top.ts'

const families = [
  structure,
  elementwise,
  reduce,
  gather,
  matmul,
  network,
  attention,
  packedAttention,
  tokenStats,
  tokenMoments,
  tokenTop,
  tokenKl,
  dropout,
  sampling,
  optimizer,
]

const isOp = (entry: unknown): entry is Op => typeof entry === 'object' && entry !== null && 'result' in entry

/** Every op by name; the structural ones (leaves and projections) included. */
export const ops: ReadonlyMap<string, Op> = new Map(
  [inputOp, stateOp, constantOp, partOp, ...families.flatMap((family) => Object.values(family).filter(isOp))].map(
    (op) => [op.name, op],
  ),
)
