/** `adapter_config.json` as PEFT writes it. */
import type { Adapter, LoraOptions, LowRank } from './adapter.ts'
import type { ModelConfig } from './config.ts'
import { type ConfigValues, configValues } from './config-values.ts'
import { asObject, type JsonObject } from './json-file.ts'
import { linearModules } from './tensors.ts'

/** Keys that change what an adapter computes and are not computed here; off when null, false, "none" or empty. */
const unsupportedKeys = [
  'use_dora',
  'use_qalora',
  'use_bdlora',
  'lora_bias',
  'bias',
  'fan_in_fan_out',
  'modules_to_save',
  'layer_replication',
  'trainable_token_indices',
  'target_parameters',
  'alora_invocation_tokens',
] as const

function isOff(value: unknown): boolean {
  if (value == null || value === false || value === 'none') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** The file of a new adapter; `base` is the folder of the model it sits on. */
export function newPeftConfig(options: LoraOptions, base: string): JsonObject {
  return {
    alpha_pattern: {},
    base_model_name_or_path: base,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    lora_alpha: options.lora_alpha,
    lora_dropout: options.lora_dropout,
    modules_to_save: null,
    peft_type: 'LORA',
    r: options.r,
    rank_pattern: {},
    revision: null,
    target_modules: options.target_modules,
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: options.use_rslora,
  }
}

/**
 * The adapter that an `adapter_config.json` describes on a model.
 * @throws UserError naming the key when it is no LoRA, asks for something that is not computed or fits no module.
 */
export function adapterOf(raw: JsonObject, config: ModelConfig, path: string): Adapter {
  const values = configValues(raw, path)
  if (raw.peft_type !== 'LORA')
    values.refuse(`peft_type is ${JSON.stringify(raw.peft_type ?? null)}, but only "LORA" adapters are supported.`)
  for (const key of unsupportedKeys)
    if (!isOff(raw[key]))
      values.refuse(`${key} is ${JSON.stringify(raw[key])}, which is not supported. Use an adapter of plain LoRA.`)
  const names = targetedModules(values, [...linearModules(config).keys()])
  return { modules: new Map(names.map((name) => [name, lowRank(values, name)])), dropout: dropoutOf(values) }
}

function dropoutOf({ raw, refuse }: ConfigValues): number {
  const dropout = raw.lora_dropout ?? 0
  if (typeof dropout === 'number' && dropout >= 0 && dropout < 1) return dropout
  return refuse(`lora_dropout is ${JSON.stringify(dropout)}, expected a number from 0 to below 1.`)
}

function lowRank(config: ConfigValues, module: string): LowRank {
  const own = config.with({
    ...patternEntry('r', config.raw.rank_pattern, module),
    ...patternEntry('lora_alpha', config.raw.alpha_pattern, module),
  })
  const rank = own.size('r')
  const alpha = own.positive('lora_alpha', 8)
  return { rank, scale: alpha / (config.flag('use_rslora', false) ? Math.sqrt(rank) : rank) }
}

/** The value of the first pattern that a module's name ends with, under `key`. */
function patternEntry(key: string, patterns: unknown, module: string): JsonObject {
  const found = Object.entries(asObject(patterns)).find(([pattern]) =>
    new RegExp(`^(.*\\.)?(${pattern})$`).test(module),
  )
  return found ? { [key]: found[1] } : {}
}

/** The modules that `target_modules`, `exclude_modules` and `layers_to_transform` pick, as PEFT reads them. */
function targetedModules(config: ConfigValues, modules: readonly string[]): string[] {
  const { target_modules, exclude_modules, layers_to_transform } = config.raw
  const wanted = nameMatcher(config, 'target_modules', target_modules, modules)
  const excluded = exclude_modules == null ? () => false : nameMatcher(config, 'exclude_modules', exclude_modules, [])
  const layers = layers_to_transform == null ? undefined : [layers_to_transform].flat()
  const inLayer = (module: string): boolean => !layers || layers.includes(Number(module.split('.')[2]))
  const names = modules.filter((module) => wanted(module) && !excluded(module) && inLayer(module))
  if (names.length > 0) return names
  return config.refuse(
    `target_modules is ${JSON.stringify(target_modules)}, which picks no module. ${kindsOf(modules)}`,
  )
}

const kindsOf = (modules: readonly string[]): string =>
  `The linear modules are ${[...new Set(modules.map((module) => module.split('.').at(-1)))].join(', ')}.`

/** A list of name endings, "all-linear", or a regular expression for the whole name. */
function nameMatcher(
  config: ConfigValues,
  key: string,
  value: unknown,
  modules: readonly string[],
): (module: string) => boolean {
  if (value === 'all-linear') return () => true
  if (typeof value === 'string') {
    const pattern = new RegExp(`^(?:${value})$`)
    return (module) => pattern.test(module)
  }
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string'))
    return config.refuse(`${key} is ${JSON.stringify(value)}, expected a list of module names or a pattern.`)
  const endsWith = (module: string, name: string): boolean => module === name || module.endsWith(`.${name}`)
  const stray = modules.length > 0 && value.find((name) => !modules.some((module) => endsWith(module, name)))
  if (stray) return config.refuse(`${key} names "${stray}", which is no linear module of a layer. ${kindsOf(modules)}`)
  return (module) => value.some((name) => endsWith(module, name))
}
