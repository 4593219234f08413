import { z } from 'zod'

const math = z
  .strictObject({
    kind: z.literal('math'),
    mode: z
      .enum(['default', 'strict_form', 'archer', 'archer_with_fallback', 'dapo', 'dapo_boxed'])
      .default('default')
      .meta({
        description:
          'Whose rules: equal in value (default), also in form (`strict_form`), or those of a published grader for comparison with its runs.',
        source: 'PRM800K, Archer, DAPO',
      }),
    last_number: z.boolean().default(false).meta({
      description: 'Take the last number of a response that marks no answer; for base models.',
    }),
  })
  .meta({
    title: 'Mathematics',
    description: 'LaTeX answers: numbers, expressions, sets, intervals, matrices and more, compared exactly.',
  })

const numeric = z
  .strictObject({ kind: z.literal('numeric') })
  .meta({ title: 'Numeric', description: 'The final number must equal the answer exactly (as a rational number).' })

const exact = z
  .strictObject({ kind: z.literal('exact') })
  .meta({ title: 'Exact', description: 'The final answer text must equal the answer, white space aside.' })

const choice = z
  .strictObject({ kind: z.literal('choice') })
  .meta({ title: 'Multiple choice', description: 'The final answer must be the letter of the answer, and no other.' })

const regex = z
  .strictObject({
    kind: z.literal('regex'),
    pattern: z.string().min(1).default('Answer:\\s*(.+)').meta({
      description: 'JavaScript regular expression; its first group is the extracted answer.',
    }),
    flags: z
      .string()
      .regex(/^[dgimsuvy]*$/, 'Must be flags of a regular expression, such as im')
      .default('i')
      .meta({ description: 'Its flags.' }),
    compare: z.enum(['answer', 'match']).default('answer').meta({
      description: 'Whether the extracted text must be the answer, or a match is enough.',
    }),
  })
  .meta({ title: 'Pattern', description: 'A regular expression over the response.' })

const format = z
  .strictObject({
    kind: z.literal('format'),
    format: z.enum(['boxed', 'think', 'think_boxed', 'think_answer']).default('think_boxed').meta({
      description:
        'What a response must look like: a box, `<think>…</think>` first, both, or `<answer>…</answer>` behind the reasoning.',
    }),
  })
  .meta({ title: 'Format', description: 'A reward for the form of a response, whatever it answers.' })

const code = z
  .strictObject({
    kind: z.literal('code'),
    backend: z.enum(['auto', 'bwrap', 'wasm']).default('auto').meta({
      description:
        'Sandbox: CPython under bubblewrap (Linux), Python in WebAssembly (every system), or the first that holds. Never mix them within a comparison.',
    }),
    compare: z.enum(['auto', 'livecodebench', 'apps', 'archer']).default('auto').meta({
      description: 'How standard output is compared; `auto` goes by the form of the record.',
      source: 'LiveCodeBench, APPS, Archer',
    }),
    fence: z.enum(['python', 'any']).default('python').meta({
      description: 'The solution is the last fenced block marked as Python, or the last of any language.',
      source: 'Archer; rllm',
    }),
    tests: z.int().min(1).nullable().default(16).meta({
      description: 'Most tests of a response in training; evaluations run all. Empty runs all.',
      unit: 'tests',
      source: 'Archer',
    }),
    time_s: z
      .number()
      .gt(0)
      .max(600)
      .nullable()
      .default(null)
      .meta({ description: "Time limit of a test; empty takes the sandbox's: 6 s bwrap, 15 s wasm.", unit: 's' }),
    memory_mb: z
      .int()
      .min(128)
      .max(3072)
      .nullable()
      .default(null)
      .meta({ description: "Memory limit; empty takes the sandbox's: 1024 bwrap, 512 wasm.", unit: 'MiB' }),
  })
  .meta({ title: 'Code', description: 'Python solutions run on the tests of the problem, in a sandbox.' })

const custom = z
  .strictObject({
    kind: z.literal('custom'),
    file: z.string().min(1, 'Name a file; `quiver verifier new NAME` makes one').default('').meta({
      description:
        'Path of a JavaScript or TypeScript file that exports `verify`; `quiver verifier new NAME` makes one.',
    }),
  })
  .meta({ title: 'Custom', description: 'A verifier of your own, in a sandbox without files or network (Linux).' })

/** Verifiers that stand alone; `weighted` adds them up. */
const simpleSchema = z.discriminatedUnion('kind', [math, numeric, exact, choice, regex, format, code, custom])

const weighted = z
  .strictObject({
    kind: z.literal('weighted'),
    parts: z
      .array(
        z.strictObject({
          weight: z.number().meta({ description: 'Factor of the part in the reward.' }),
          verifier: simpleSchema,
        }),
      )
      .min(1)
      .default([
        { weight: 0.9, verifier: { kind: 'math', mode: 'default', last_number: false } },
        { weight: 0.1, verifier: { kind: 'format', format: 'think_boxed' } },
      ])
      .meta({
        description: 'Parts of the reward, each with its weight; the first says whether a response counts as correct.',
      }),
  })
  .meta({ title: 'Weighted sum', description: 'A reward of several parts.' })

/** Every verifier with its options: one shape for each entry of the verifier map. */
export const verifierSchema = z.discriminatedUnion('kind', [...simpleSchema.options, weighted])
export const verifierKinds = verifierSchema.options.map((option) => option.shape.kind.value)
export type VerifierConfig = z.infer<typeof verifierSchema>

/** The options of one kind of verifier. */
export type VerifierOptions<Kind extends VerifierConfig['kind']> = Extract<VerifierConfig, { kind: Kind }>
