/**
 * Training layer by layer: the forward pass keeps only what enters each layer, and the backward pass computes each
 * layer again when its turn comes (Chen et al. 2016, arXiv 1604.06174). Layers are programs of their own, because one
 * program that holds a layer twice has the copies merged by graph optimisation.
 */
import { vjp } from '../engine/autodiff.ts'
import { input, type Program, program, topologicalOrder, type Value } from '../engine/graph.ts'
import type { ModelConfig } from './config.ts'
import { lastNorm, layerAt } from './decoder.ts'
import {
  embeddedRows,
  gradientUpdates,
  headStatistics,
  type Parameters,
  packedStack,
  type StatisticsShape,
  statisticsCotangents,
  trainedOf,
} from './training-programs.ts'

/** What enters layer `index`; after the last layer, what enters the last norm. */
export const entering = (index: number) => `entering${index}`

const layerPrefix = (index: number) => `model.layers.${index}`
const isOfLayer = (name: string, index: number) => name.includes(`${layerPrefix(index)}.`)
const isOfSomeLayer = (name: string) => /\bmodel\.layers\.\d+\./.test(name)

const nothingKept = () => false

/** The statistics program that also returns `entering0` … [rows, hiddenSize]. */
export function layeredForwardProgram(config: ModelConfig, shape: StatisticsShape): Program {
  const context = packedStack(config, shape.blocks, 'training')
  const entered = [embeddedRows(config)]
  for (let index = 0; index < config.layerCount; index++) entered.push(layerAt(index, entered[index]!, context))
  const statistics = headStatistics(lastNorm(entered.at(-1)!, context), context, shape)
  const kept = entered.map((hidden, index) => [entering(index), hidden])
  return program('layeredForward', { ...statistics, ...Object.fromEntries(kept) })
}

/**
 * The backward pass of the vocabulary head and the last norm. Inputs hidden [rows, hiddenSize], those of the statistics
 * and their cotangents; output `dHidden`; adds the gradients of what belongs to no layer.
 */
export function headBackwardProgram(
  config: ModelConfig,
  shape: StatisticsShape,
  parameters: Parameters,
  withEntropies: boolean,
): Program {
  const context = packedStack(config, 1, 'training')
  const hidden = input('hidden', ['rows', config.hiddenSize])
  const statistics: Value[] = Object.values(headStatistics(lastNorm(hidden, context), context, shape))
  const trained = trainedOf(config, parameters).filter(({ name }) => !isOfSomeLayer(name))
  const wrt = [hidden, ...trained.map(({ name, shape }) => context.weights(name, shape))]
  const [dHidden, ...gradients] = vjp(
    statistics,
    statisticsCotangents(withEntropies, shape),
    wrt,
    nothingKept,
  ).gradients
  return program('headBackward', { dHidden: dHidden! }, gradientUpdates(trained, gradients))
}

/**
 * The backward pass of one layer from what entered it. Inputs hidden, dLeaving [rows, hiddenSize] and those of the packed
 * attention; output `dHidden`; adds the layer's gradients.
 */
export function layerBackwardProgram(
  config: ModelConfig,
  blocks: number,
  parameters: Parameters,
  index: number,
): Program {
  const context = packedStack(config, blocks, 'training')
  const hidden = input('hidden', ['rows', config.hiddenSize])
  const leaving = layerAt(index, hidden, context)
  const trained = parameters.filter(({ name }) => isOfLayer(name, index))
  const wrt = [hidden, ...trained.map(({ name, shape }) => context.weights(name, shape))]
  const cotangents = [input('dLeaving', ['rows', config.hiddenSize])]
  const [dHidden, ...gradients] = vjp([leaving], cotangents, wrt, nothingKept).gradients
  return program('layerBackward', { dHidden: dHidden! }, gradientUpdates(trained, gradients))
}

/** Equal for the programs of layers that differ in nothing but their number, so that one serves them all. */
export function layerSignature({ outputs, updates }: Program, index: number): string {
  const places = new Map<Value, number>()
  const unnumbered = (name: string) => name.replace(`${layerPrefix(index)}.`, 'model.layers.*.')
  const lines = topologicalOrder([...Object.values(outputs), ...updates.map(({ value }) => value)]).map((value) => {
    places.set(value, places.size)
    const attributes = JSON.stringify(value.attrs, (key, attribute: unknown) =>
      key === 'name' ? unnumbered(attribute as string) : attribute,
    )
    return `${value.op.name} ${value.inputs.map((source) => places.get(source))} ${attributes} ${value.shape}`
  })
  return [...lines, ...updates.map(({ state, value }) => `${unnumbered(state)} ${places.get(value)}`)].join('\n')
}

/** The renaming under which the program of layer `from` computes layer `to`. */
export function layerRenaming({ states, updates }: Program, from: number, to: number): Record<string, string> {
  const names = [...states.map(({ attrs }) => attrs.name as string), ...updates.map(({ state }) => state)]
  const prefixes = names.flatMap((name) => {
    const place = name.indexOf(`${layerPrefix(from)}.`)
    return place < 0 ? [] : [name.slice(0, place)]
  })
  return Object.fromEntries(prefixes.map((prefix) => [prefix + layerPrefix(from), prefix + layerPrefix(to)]))
}
