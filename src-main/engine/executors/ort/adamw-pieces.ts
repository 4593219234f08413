/**
 * AdamW in pieces that stay in the processor's cache. Node by node over whole weights, its thirteen elementwise
 * operations read and write main memory each; over a piece only the four operands do.
 */
import type * as ort from 'onnxruntime-node'
import { inputOp, nameOf, type Program, partOp, program, state, stateOp, type Value } from '../../graph.ts'
import { adamwOp } from '../../ops/optimizer.ts'
import { stateName, updateName } from './compile.ts'

/** Elements of a piece: four operands and two intermediates of it fit a core's second-level cache. */
const pieceSize = 1 << 18

const operands = ['parameter', 'gradient', 'first', 'second'] as const
/** Where the op's results go, in their order. */
const written = ['parameter', 'first', 'second'] as const

/** States of one parameter's step, by operand. */
type StepStates = Readonly<Record<(typeof operands)[number], string>>

export interface AdamwPieces {
  readonly steps: readonly StepStates[]
  /** The step of a flat piece: states are the operands' names, inputs those of the whole program. */
  readonly piece: Program
}

/** The pieces of a program that does nothing but AdamW steps in place with common scalars; undefined for any other. */
export function adamwPieces({ name, outputs, updates }: Program): AdamwPieces | undefined {
  const steps = new Map<Value, string[]>()
  for (const { state: target, value, mode } of updates) {
    const step = value.op === partOp ? value.inputs[0]! : value
    if (step.op !== adamwOp || mode !== 'replace') return undefined
    const targets = steps.get(step) ?? []
    targets[value.attrs.index as number] = target
    steps.set(step, targets)
  }
  const [one] = steps.keys()
  if (!one || Object.keys(outputs).length > 0) return undefined
  const scalars = one.inputs.slice(operands.length)
  if (![...steps].every(([step, targets]) => isInPlace(step, targets, scalars))) return undefined
  return { steps: [...steps.keys()].map(statesOf), piece: pieceProgram(name, one) }
}

function statesOf({ inputs }: Value): StepStates {
  return Object.fromEntries(operands.map((operand, index) => [operand, nameOf(inputs[index]!)])) as StepStates
}

function isInPlace(step: Value, targets: readonly string[], scalars: readonly Value[]): boolean {
  if (!step.inputs.slice(0, operands.length).every(({ op }) => op === stateOp)) return false
  const states = statesOf(step)
  return (
    written.every((operand, index) => targets[index] === states[operand]) &&
    scalars.every((scalar, index) => scalar.op === inputOp && step.inputs[operands.length + index] === scalar)
  )
}

function pieceProgram(name: string, step: Value): Program {
  const flat = operands.map((operand) => state(operand, ['size']))
  const inputs = [...flat, ...step.inputs.slice(operands.length)]
  const result: Value = { ...step, inputs, ...step.op.result(inputs, step.attrs) }
  const parts = step.op.expand!(result)
  return program(
    `${name} of a piece`,
    {},
    written.map((operand, index) => ({ state: operand, value: parts[index]!, mode: 'replace' })),
  )
}

/**
 * One step over flat operands of `size` elements. The results overwrite the operands: every operation reads an
 * element before it writes the same one. `tensor(operand, start, end)` is that part of an operand.
 */
export async function runAdamwPieces(
  session: ort.InferenceSession,
  scalars: Readonly<Record<string, ort.Tensor>>,
  size: number,
  tensor: (operand: (typeof operands)[number], start: number, end: number) => ort.Tensor,
): Promise<void> {
  for (let start = 0; start < size; start += pieceSize) {
    const pieces = operands.map(
      (operand) => [operand, tensor(operand, start, Math.min(size, start + pieceSize))] as const,
    )
    const feeds = Object.fromEntries(pieces.map(([operand, piece]) => [stateName(operand), piece]))
    const fetches = Object.fromEntries(written.map((operand) => [updateName(operand), feeds[stateName(operand)]!]))
    await session.run({ ...scalars, ...feeds }, fetches)
  }
}
