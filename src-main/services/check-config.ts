import { parse } from 'yaml'
import { type ConfigIssue, type RunConfig, runConfigSchema } from '../../src-preload/contract/config.ts'
import { configIssues } from '../../src-preload/contract/config-issues.ts'
import { configWarnings } from '../../src-preload/contract/warnings.ts'
import { requireUsableModel } from '../interop/check-model.ts'
import type { WriteDb } from '../store/sql.ts'
import { requireVerifier } from '../tasks/verify/pool.ts'
import { UserError } from '../util/assert.ts'
import { isPeftFolder } from '../util/peft.ts'
import { resolveModel } from '../util/resources.ts'
import { datasetInfo } from './datasets.ts'
import { requireDevice } from './devices.ts'
import { modelInfo } from './models.ts'

export interface CheckedConfig {
  /** The config with its defaults; null when it does not fit the schema. */
  readonly config: RunConfig | null
  readonly issues: readonly ConfigIssue[]
  /** What is allowed but cannot do what it says. */
  readonly warnings: readonly ConfigIssue[]
}

/** Checks a config, given as an object or as YAML text: schema, then how fields fit each other, then the files it names. */
export async function checkConfig(db: WriteDb, input: unknown): Promise<CheckedConfig> {
  const value = typeof input === 'string' ? parseYaml(input) : { value: input }
  if ('issue' in value) return { config: null, issues: [value.issue], warnings: [] }
  const parsed = runConfigSchema.safeParse(value.value ?? {})
  if (!parsed.success) return { config: null, issues: configIssues(parsed.error, value.value ?? {}), warnings: [] }
  const config = parsed.data
  const issues = [...fitIssues(config), ...(await fileIssues(db, config))]
  return { config, issues, warnings: configWarnings(config) }
}

function parseYaml(text: string): { value: unknown } | { issue: ConfigIssue } {
  try {
    return { value: parse(text) as unknown }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { issue: { path: '', message: `This is not valid YAML: ${reason}` } }
  }
}

/** Fields that are each right but do not fit together. */
function fitIssues({ update, rollout, evaluation, reward, data, curriculum, lora, model }: RunConfig): ConfigIssue[] {
  const tooManySamples = evaluation.k.filter((k) => k > evaluation.n)
  const rules: readonly (readonly [broken: boolean, path: string, message: string])[] = [
    [
      update.mini_batch_prompts > rollout.prompts_per_step,
      'update.mini_batch_prompts',
      `A mini-batch of ${update.mini_batch_prompts} prompts is larger than the step's ${rollout.prompts_per_step} (rollout.prompts_per_step).`,
    ],
    [
      tooManySamples.length > 0,
      'evaluation.k',
      `pass@${tooManySamples.join(' and pass@')} needs at least as many samples; evaluation.n is ${evaluation.n}.`,
    ],
    [
      rollout.num_generations === 1 && reward.singleton_group === 'drop',
      'rollout.num_generations',
      'A group of one response has no baseline, so nothing would be learned. Use 2 or more, or keep singleton groups.',
    ],
    [
      reward.overlong_buffer_length > rollout.max_completion_length,
      'reward.overlong_buffer_length',
      `The ramp of ${reward.overlong_buffer_length} tokens is longer than a response (${rollout.max_completion_length}).`,
    ],
    [
      ![0, curriculum.stages].includes(curriculum.stage_epochs.length),
      'curriculum.stage_epochs',
      `There are ${curriculum.stages} stages and ${curriculum.stage_epochs.length} numbers of epochs. Give one a stage, or none to share the steps.`,
    ],
    [
      (lora !== null || isPeftFolder(model)) && curriculum.order === 'semantic_entropy' && curriculum.refresh_reference,
      'curriculum.refresh_reference',
      'With a LoRA adapter the reference is the base model and cannot be renewed. Set it to false.',
    ],
    [!data.prompt_template.includes('{prompt}'), 'data.prompt_template', 'The template must hold {prompt}.'],
  ]
  return rules.filter(([broken]) => broken).map(([, path, message]) => ({ path, message }))
}

async function fileIssues(db: WriteDb, config: RunConfig): Promise<ConfigIssue[]> {
  const { dataset } = config.evaluation
  const found = await Promise.all([
    modelIssue(db, config),
    issueOf('data.train', () => datasetInfo(db, config.data.train)),
    dataset === null ? null : issueOf('evaluation.dataset', () => datasetInfo(db, dataset)),
    issueOf('verifier', async () => requireVerifier(config.verifier)),
    issueOf('device', () => requireDevice(config.device)),
  ])
  return found.filter((issue) => issue !== null)
}

/** What is wrong with the model or, where it is right, with the adapter on it. */
async function modelIssue(db: WriteDb, { model, lora }: RunConfig): Promise<ConfigIssue | null> {
  const issue = await issueOf('model', async () => {
    await modelInfo(db, model)
    await requireUsableModel({ folder: resolveModel(model) })
  })
  if (issue || !lora) return issue
  return issueOf('lora', () => requireUsableModel({ folder: resolveModel(model), lora }))
}

async function issueOf(path: string, read: () => Promise<unknown>): Promise<ConfigIssue | null> {
  try {
    await read()
    return null
  } catch (error) {
    if (error instanceof UserError) return { path, message: error.message }
    throw error
  }
}
