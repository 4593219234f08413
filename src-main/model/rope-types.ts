/** How rotary frequencies are stretched for longer contexts: the rope types of config.json. */
import type { ConfigValues } from './config-values.ts'
import { asObject, type JsonObject } from './json-file.ts'

/** Turns an unscaled frequency, radians per position, into the one the model was trained with. */
type Rescale = (frequency: number) => number

/** Every rope type by name: a new one is a line here. */
const ropeTypes: Readonly<Record<string, (parameters: ConfigValues) => Rescale>> = {
  default: () => (frequency) => frequency,
  linear: (parameters) => {
    const factor = parameters.positive('factor')
    return (frequency) => frequency / factor
  },
  llama3,
}

/**
 * Long waves turn slower by the factor, short ones stay, those between are mixed (Grattafiori et al. 2024, "The Llama 3
 * herd of models"; as transformers computes it).
 */
function llama3(parameters: ConfigValues): Rescale {
  const factor = parameters.positive('factor')
  const low = parameters.positive('low_freq_factor')
  const high = parameters.positive('high_freq_factor')
  const positions = parameters.positive('original_max_position_embeddings')
  return (frequency) => {
    const turns = (positions * frequency) / (2 * Math.PI)
    if (turns < low) return frequency / factor
    if (turns > high) return frequency
    const share = (turns - low) / (high - low)
    return ((1 - share) * frequency) / factor + share * frequency
  }
}

/**
 * Frequencies of the headDim / 2 pairs, radians per position, from `rope_parameters` (transformers 5) or `rope_theta`
 * and `rope_scaling` (transformers 4); `theta` where neither names it.
 * @throws UserError for a rope type that is not computed.
 */
export function ropeFrequencies(config: ConfigValues, headDim: number, theta: number): Float64Array {
  const parameters = ropeParameters(config)
  const type = String(parameters.rope_type ?? parameters.type ?? 'default')
  const scaling = ropeTypes[type]
  if (!scaling)
    return config.refuse(
      `rope type "${type}" is not supported; the supported ones are ${Object.keys(ropeTypes).join(', ')}.`,
    )
  const values = config.with(parameters)
  const base = values.positive('rope_theta', theta)
  const rescale = scaling(values)
  return Float64Array.from({ length: headDim / 2 }, (_, pair) => rescale(base ** ((-2 * pair) / headDim)))
}

function ropeParameters(config: ConfigValues): JsonObject {
  const parameters = { ...asObject(config.raw.rope_scaling), ...asObject(config.raw.rope_parameters) }
  const nested = Object.keys(parameters).find((key) => Object.keys(asObject(parameters[key])).length > 0)
  if (nested)
    return config.refuse(
      `rope parameters differ between layers ("${nested}" has its own), but all layers must share one set.`,
    )
  const share = parameters.partial_rotary_factor ?? config.raw.partial_rotary_factor ?? 1
  if (share !== 1)
    return config.refuse(`partial_rotary_factor is ${JSON.stringify(share)}, but only 1 (whole heads) is supported.`)
  if (config.raw.rope_interleaved === true)
    return config.refuse('rope_interleaved is true, but only rotation by halves is supported.')
  return parameters
}
