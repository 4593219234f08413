/**
 * The process that samples and scores outside of runs; it keeps the models it was asked for open. Commands come, and blocks
 * of tokens go, over the channel to its parent, and it ends with that channel.
 */
import type { SamplerCommand, SamplerMessage } from '../src-preload/contract/sampler.ts'
import { LoadedModels } from './rl/sampling/loaded-models.ts'
import { runTask } from './rl/sampling/run-task.ts'

const models = new LoadedModels()
const running = new Map<string, AbortController>()

process.on('message', (message: SamplerCommand) => {
  if (message.command === 'stop') return running.get(message.id)?.abort()
  const { id, task } = message
  const controller = new AbortController()
  running.set(id, controller)
  const send = (block: SamplerMessage['block']): void => void process.send?.({ id, block } satisfies SamplerMessage)
  void runTask(task, models, send, controller.signal).finally(() => running.delete(id))
})
process.on('disconnect', () => process.exit())
