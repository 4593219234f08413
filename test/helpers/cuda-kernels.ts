/** The kernels as a model of Qwen2.5-1.5B's shapes needs them: what is compiled to machine code and reported on. */
import type { Launch } from '../../src-main/engine/executors/cuda/kernel.ts'
import { attentionLaunch } from '../../src-main/engine/executors/cuda/kernels/attention.ts'
import {
  attentionKeyGradLaunch,
  attentionProductsLaunch,
  attentionQueryGradLaunch,
} from '../../src-main/engine/executors/cuda/kernels/attention-grad.ts'
import { decodeAttentionLaunches } from '../../src-main/engine/executors/cuda/kernels/decode-attention.ts'
import { dropoutMaskLaunch } from '../../src-main/engine/executors/cuda/kernels/dropout.ts'
import { swigluGradLaunch, swigluLaunch } from '../../src-main/engine/executors/cuda/kernels/elementwise.ts'
import {
  gatherLastLaunch,
  gatherLaunch,
  scatterAddLaunch,
  scatterLastLaunch,
} from '../../src-main/engine/executors/cuda/kernels/indexed.ts'
import { adamwLaunch, normLaunch, squaresLaunch } from '../../src-main/engine/executors/cuda/kernels/multi-tensor.ts'
import { argmaxLaunch, topKLaunch } from '../../src-main/engine/executors/cuda/kernels/order.ts'
import type { Storage } from '../../src-main/engine/executors/cuda/kernels/prelude.ts'
import { rmsNormGradLaunch, rmsNormLaunch } from '../../src-main/engine/executors/cuda/kernels/rms-norm.ts'
import { ropeLaunch } from '../../src-main/engine/executors/cuda/kernels/rope.ts'
import { greedyLaunch, sampleLaunch } from '../../src-main/engine/executors/cuda/kernels/sample.ts'
import { sampleFilteredLaunch } from '../../src-main/engine/executors/cuda/kernels/sample-filtered.ts'
import { cumsumLaunch } from '../../src-main/engine/executors/cuda/kernels/scan.ts'
import { sequencesLaunch } from '../../src-main/engine/executors/cuda/kernels/sequences.ts'
import {
  logitsGradLaunch,
  tokenStatsEndLaunch,
  tokenStatsLaunch,
} from '../../src-main/engine/executors/cuda/kernels/token-stats.ts'

const width = 1536
const headDim = 128

function layerLaunches(storage: Storage): Launch[] {
  return [
    ...[width, headDim].flatMap((width) => [
      rmsNormLaunch({ storage, width }, 1),
      rmsNormGradLaunch({ storage, width }, 1, 1).launch,
    ]),
    rmsNormGradLaunch({ storage, width, addend: true }, 1, 1).launch,
    ...[false, true].map((inverse) => ropeLaunch({ storage, headDim, inverse }, 1, 1)),
    swigluLaunch(storage, 1),
    swigluGradLaunch(storage, 1),
  ]
}

function attentionLaunches(storage: Storage): Launch[] {
  const sizes = { time: 1, batch: 1 }
  return [64, headDim].flatMap((headDim) => {
    const shape = { storage, heads: 12, keyValueHeads: 2, headDim }
    return [
      attentionLaunch(shape, sizes),
      attentionProductsLaunch(shape, sizes),
      attentionKeyGradLaunch(shape, sizes),
      attentionQueryGradLaunch(shape, sizes),
    ]
  })
}

function decodeLaunches(storage: Storage): Launch[] {
  return [
    { append: true, prompts: false },
    { append: true, prompts: true },
  ].flatMap((options) => {
    const shape = { storage, heads: 12, keyValueHeads: 2, headDim, ...options }
    const { attend, join } = decodeAttentionLaunches(shape, { batch: 1, keys: 4096, multiprocessors: 132 })
    return join ? [attend, join] : [attend]
  })
}

function trainingLaunches(storage: Storage): Launch[] {
  return [
    ...[false, true].map((moments) => tokenStatsLaunch({ storage, moments }, 1)),
    ...(['float32', 'bfloat16'] as const).map((result) => logitsGradLaunch({ storage, result }, 1)),
    adamwLaunch(storage, 1),
    squaresLaunch(storage, 1),
  ]
}

function rowLaunches(storage: Storage): Launch[] {
  return [
    scatterAddLaunch({ updates: storage, result: 'float32', accumulate: true }, 1, 1),
    scatterLastLaunch(storage, 1),
    cumsumLaunch({ storage, reverse: false, exclusive: false }, 1, 1),
    cumsumLaunch({ storage, reverse: false, exclusive: false }, 1, 2),
    argmaxLaunch(storage, 1),
    topKLaunch(storage, 1),
    greedyLaunch(storage, 1),
    sampleLaunch(storage, 1),
    sampleFilteredLaunch(storage, 1),
  ]
}

/** A launch of each kernel, for its block and shared memory; the grids are of no account. */
export function allLaunches(): Launch[] {
  const launches = [
    ...(['bfloat16', 'float32'] as const).flatMap((storage) => [
      ...layerLaunches(storage),
      ...attentionLaunches(storage),
      ...decodeLaunches(storage),
      ...trainingLaunches(storage),
      ...rowLaunches(storage),
    ]),
    gatherLaunch({ outer: 1, rows: 1, picks: 1, inner: width, bytes: 2 }),
    gatherLaunch({ outer: 1, rows: 1, picks: 1, inner: 1, bytes: 4 }),
    gatherLastLaunch(4, 1, 1),
    tokenStatsEndLaunch(1),
    normLaunch(),
    sequencesLaunch(1),
    dropoutMaskLaunch(1, 1),
  ]
  return [...new Map(launches.map((launch) => [launch.kernel.name, launch])).values()]
}
