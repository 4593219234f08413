/** What the vocabulary head really allocates: the shapes that onnxruntime's own profile reports. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { afterAll, expect, test } from 'vitest'
import { gradients } from '../../src-main/engine/autodiff.ts'
import { compileToOnnx } from '../../src-main/engine/executors/ort/compile.ts'
import { input, program } from '../../src-main/engine/graph.ts'
import { tokenStats } from '../../src-main/engine/ops/token-stats.ts'

const [tokens, vocabulary, width] = [64, 1009, 8]
const folder = mkdtempSync(join(tmpdir(), 'quiver-head-'))
afterAll(() => rmSync(folder, { recursive: true }))

function headProgram(chunks: number, direction: 'forward' | 'backward', withEntropies: boolean) {
  const hidden = input('hidden', ['tokens', width])
  const weight = input('weight', [vocabulary, width])
  const { logprobs, entropies } = tokenStats(
    hidden,
    weight,
    input('targets', ['tokens'], 'int32'),
    input('temperature', []),
    chunks,
  )
  if (direction === 'forward') return program('head', { logprobs, entropies })
  const cotangents = [input('dLogprobs', ['tokens']), withEntropies ? input('dEntropies', ['tokens']) : undefined]
  const [dHidden, dWeight] = gradients([logprobs, entropies], cotangents, [hidden, weight])
  return program('head', { dHidden: dHidden!, dWeight: dWeight! })
}

const floats = (...shape: number[]) => {
  const size = shape.reduce((product, dim) => product * dim, 1)
  return new ort.Tensor(
    'float32',
    Float32Array.from({ length: size }, (_, index) => Math.sin(index)),
    shape,
  )
}

const feeds: Record<string, ort.Tensor> = {
  'input/hidden': floats(tokens, width),
  'input/weight': floats(vocabulary, width),
  'input/targets': new ort.Tensor('int32', Int32Array.from({ length: tokens }).fill(7), [tokens]),
  'input/temperature': floats(),
  'input/dLogprobs': floats(tokens),
  'input/dEntropies': floats(tokens),
}
feeds['input/temperature']!.data[0] = 1

/** Elements of the largest tensor that a node of the program makes. */
async function largestResult(made: ReturnType<typeof headProgram>): Promise<number> {
  const place = mkdtempSync(join(folder, 'profile-'))
  const session = await ort.InferenceSession.create(compileToOnnx(made), {
    enableProfiling: true,
    profileFilePrefix: join(place, 'run'),
  })
  await session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!])))
  session.endProfiling()
  await session.release()
  const events = JSON.parse(readFileSync(join(place, readdirSync(place)[0]!), 'utf8')) as {
    args?: { output_type_shape?: Record<string, number[]>[] }
  }[]
  const shapes = events.flatMap(({ args }) => (args?.output_type_shape ?? []).flatMap((entry) => Object.values(entry)))
  return Math.max(...shapes.map((shape) => shape.reduce((product, dim) => product * dim, 1)))
}

test.each([
  ['forward', false],
  ['backward', false],
  ['backward', true],
] as const)(
  'in pieces, the %s pass never holds [tokens, vocabulary]; entropies: %s',
  async (direction, withEntropies) => {
    expect(await largestResult(headProgram(1, direction, withEntropies))).toBe(tokens * vocabulary)
    expect(await largestResult(headProgram(4, direction, withEntropies))).toBe((tokens / 4) * vocabulary)
  },
)
