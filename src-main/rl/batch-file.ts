import { z } from 'zod'
import { UserError } from '../util/assert.ts'
import { type AdvantageOptions, groupAdvantages } from './advantage.ts'
import type { MethodBatch, MiniBatchTotals } from './methods/method.ts'

/** One number per token, [rows][width]; null where a number is missing, which only padding may be. */
const matrix = z.array(z.array(z.number().nullable())).min(1, 'needs at least one row')
type Matrix = z.infer<typeof matrix>

/** A batch as researchers write it down, under verl's names: matrices [rows][width], vectors [rows]. */
const batchFields = {
  old_log_prob: matrix.meta({ description: 'log-probability under the policy that sampled the responses, nats.' }),
  log_prob: matrix.meta({ description: 'log-probability under the policy in training, nats.' }),
  ref_log_prob: matrix.optional().meta({ description: 'log-probability under the frozen reference, nats.' }),
  ref_kl: matrix.optional().meta({
    description: 'KL of the policy in training to the reference over the whole vocabulary, for kl_estimator full.',
    unit: 'nats',
  }),
  entropy: matrix.meta({ description: 'Entropy of the policy in training, nats.' }),
  rollout_entropy: matrix
    .optional()
    .meta({ description: 'Entropy of the policy that sampled the responses, nats; `entropy` when absent.' }),
  rollout_squares: matrix.optional().meta({
    description: 'Σ p² (log p + H) of the rollout policy over the vocabulary, for the exact forms of OPEFO.',
    unit: 'nats',
  }),
  rollout_cubes: matrix.optional().meta({
    description: 'Σ p³ (log p + H) of the rollout policy over the vocabulary, for the exact forms of OPEFO.',
    unit: 'nats',
  }),
  mask: z
    .array(z.array(z.union([z.literal([0, 1]), z.boolean()])))
    .optional()
    .meta({ description: '1 for tokens of the loss, 0 for padding; everything counts when absent.' }),
  lengths: z
    .array(z.int().min(0))
    .optional()
    .meta({ description: 'Tokens of each response, in place of `mask`.', unit: 'tokens' }),
  rewards: z.array(z.number()).optional().meta({ description: 'Reward of each response.' }),
  advantages: z
    .array(z.number())
    .optional()
    .meta({ description: 'Advantage of each response, in place of `rewards`.' }),
  groups: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .meta({ description: 'Prompt of each response; one group when absent.' }),
}
const batchSchema = z.strictObject(batchFields)
type BatchFields = z.infer<typeof batchSchema>

const options = z.record(z.string(), z.unknown()).default({})
const flatFile = z.strictObject({ ...batchFields, options })
/** A file with the batch under `inputs` may say other things beside it. */
const nestedFile = z.object({ inputs: batchSchema, options })

export interface BatchFile {
  readonly batch: BatchFields
  readonly options: Readonly<Record<string, unknown>>
}

/** Reads the parsed JSON of a batch file. Throws UserError naming the field and row of what is wrong. */
export function parseBatchFile(file: unknown): BatchFile {
  const nested = typeof file === 'object' && file !== null && 'inputs' in file
  if (nested) {
    const { inputs, options } = parseOrExplain(nestedFile, file, 'The batch file')
    return { batch: inputs, options }
  }
  const { options, ...batch } = parseOrExplain(flatFile, file, 'The batch file')
  return { batch, options }
}

/** Parses with a schema; throws UserError that lists the first five complaints with their places. */
export function parseOrExplain<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value, { error: ({ input }) => (input === undefined ? 'is missing' : undefined) })
  if (parsed.success) return parsed.data
  const complaints = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${z.core.toDotPath(path)}: ${message}` : message,
  )
  throw new UserError(`${what} does not fit: ${complaints.slice(0, 5).join('; ')}.`)
}

/** The batch as a method takes it, with the totals of a mini-batch that consists of it alone. */
export function toMethodBatch(
  fields: BatchFields,
  settings: AdvantageOptions & { readonly maxCompletionLength?: number | undefined },
): { batch: MethodBatch; totals: MiniBatchTotals } {
  const widths = fields.old_log_prob.map((row) => row.length)
  const mask = readMask(fields, widths)
  const column = (name: MatrixName, values: Matrix): Float64Array => readColumn(name, values, widths, mask)
  const entropies = column('entropy', fields.entropy)
  const batch: MethodBatch = {
    rowOffsets: Int32Array.from([0, ...cumulative(widths)]),
    groups: groupNumbers(fields, widths.length),
    advantages: readAdvantages(fields, widths.length, settings),
    mask: Uint8Array.from(mask.flat()),
    oldLogprobs: column('old_log_prob', fields.old_log_prob),
    policyLogprobs: column('log_prob', fields.log_prob),
    ...(fields.ref_log_prob ? { referenceLogprobs: column('ref_log_prob', fields.ref_log_prob) } : {}),
    ...(fields.ref_kl ? { referenceKls: column('ref_kl', fields.ref_kl) } : {}),
    rolloutEntropies: fields.rollout_entropy ? column('rollout_entropy', fields.rollout_entropy) : entropies,
    policyEntropies: entropies,
    ...(fields.rollout_squares && fields.rollout_cubes
      ? {
          rolloutMoments: {
            squares: column('rollout_squares', fields.rollout_squares),
            cubes: column('rollout_cubes', fields.rollout_cubes),
          },
        }
      : {}),
  }
  const totals = {
    tokens: batch.mask.reduce((sum, bit) => sum + bit, 0),
    rows: mask.filter((row) => row.includes(1)).length,
    maxCompletionLength: settings.maxCompletionLength ?? Math.max(1, ...widths),
  }
  return { batch, totals }
}

type MatrixName =
  | 'old_log_prob'
  | 'log_prob'
  | 'ref_log_prob'
  | 'ref_kl'
  | 'entropy'
  | 'rollout_entropy'
  | 'rollout_squares'
  | 'rollout_cubes'

function readColumn(name: MatrixName, values: Matrix, widths: readonly number[], mask: number[][]): Float64Array {
  expectShape(name, values, widths)
  const numbers = values.flatMap((row, index) =>
    row.map((value, token) => {
      if (value === null && mask[index]![token] === 1)
        throw new UserError(
          `Batch field ${name}, row ${index}, token ${token} is null, but the token is part of the loss. ` +
            'Give a number, or set its mask to 0.',
        )
      return value ?? Number.NaN
    }),
  )
  return Float64Array.from(numbers)
}

function readMask({ mask, lengths }: BatchFields, widths: readonly number[]): number[][] {
  if (mask && lengths) throw new UserError('The batch has both mask and lengths, which say the same. Give one of them.')
  if (mask) {
    expectShape('mask', mask, widths)
    return mask.map((row) => row.map(Number))
  }
  if (!lengths) return widths.map((width) => new Array<number>(width).fill(1))
  expectRows('lengths', lengths, widths.length)
  return lengths.map((length, row) => {
    const width = widths[row]!
    if (length > width)
      throw new UserError(
        `Batch field lengths, row ${row} is ${length}, but old_log_prob has ${width} tokens there. ` +
          'A length counts tokens of its row.',
      )
    return Array.from({ length: width }, (_, token) => Number(token < length))
  })
}

function readAdvantages(fields: BatchFields, rows: number, options: AdvantageOptions): Float64Array {
  const { advantages, rewards } = fields
  if (advantages && rewards)
    throw new UserError(
      'The batch has both rewards and advantages. Give rewards to have advantages computed, or advantages.',
    )
  if (advantages) {
    expectRows('advantages', advantages, rows)
    return Float64Array.from(advantages)
  }
  if (!rewards)
    throw new UserError('The batch has neither rewards nor advantages. Give one number per response in one of them.')
  expectRows('rewards', rewards, rows)
  return groupAdvantages(rewards, groupNumbers(fields, rows), options)
}

/** Groups numbered by first appearance. */
function groupNumbers({ groups }: BatchFields, rows: number): Int32Array {
  if (!groups) return new Int32Array(rows)
  expectRows('groups', groups, rows)
  const names = [...new Set(groups)]
  return Int32Array.from(groups, (group) => names.indexOf(group))
}

function expectRows(name: string, values: readonly unknown[], rows: number): void {
  if (values.length !== rows)
    throw new UserError(
      `Batch field ${name} has ${values.length} rows, expected ${rows} as in old_log_prob. Give one per response.`,
    )
}

function expectShape(name: string, values: readonly (readonly unknown[])[], widths: readonly number[]): void {
  expectRows(name, values, widths.length)
  values.forEach((row, index) => {
    if (row.length !== widths[index])
      throw new UserError(
        `Batch field ${name}, row ${index} has ${row.length} tokens, expected ${widths[index]} as in old_log_prob. ` +
          'Give one entry per token.',
      )
  })
}

function cumulative(values: readonly number[]): number[] {
  let sum = 0
  return values.map((value) => {
    sum += value
    return sum
  })
}
