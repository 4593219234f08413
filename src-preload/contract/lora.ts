import { z } from 'zod'

const positiveInteger = z.int().min(1)

/** A low-rank adapter that is trained in place of the weights, under PEFT's names. */
export const loraSchema = z
  .strictObject({
    r: positiveInteger
      .default(16)
      .meta({ description: 'Rank of the adapter’s matrices; 1 to 32 serve reinforcement learning.', source: 'PEFT' }),
    lora_alpha: z.number().gt(0).default(32).meta({
      description: 'The adapter’s product is scaled by lora_alpha / r, or by lora_alpha / √r with use_rslora.',
      source: 'PEFT',
    }),
    use_rslora: z.boolean().default(false).meta({
      description: 'Rank-stabilised scaling, lora_alpha / √r: large ranks learn as fast as small ones.',
      source: 'Kalajdzievski 2023; PEFT',
    }),
    lora_dropout: z.number().min(0).lt(1).default(0).meta({
      description:
        'Share of a module’s inputs hidden from the adapter in training, never in sampling or scoring. 0 keeps rollout and training log-probabilities equal.',
      source: 'PEFT',
    }),
    target_modules: z
      .array(z.string().min(1))
      .min(1)
      .default(['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'])
      .meta({ description: 'Linear modules that get an adapter, by the end of their name.', source: 'PEFT' }),
  })
  .meta({
    title: 'LoRA',
    description:
      'Train a low-rank adapter and leave the weights frozen: less memory, small checkpoints, and the KL reference costs none. Learning rates about ten times those of full fine-tuning fit.',
  })
