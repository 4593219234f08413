/**
 * `node run-on-card.ts LIBRARY FOLDER DEVICE`: takes a card, prints a line once it holds it, computes on it when a line
 * comes in, and prints what it read back with the card's name and used memory.
 */
import { once } from 'node:events'
import { cardIndexOf } from '../../../src-main/engine/executors/cuda/native/card-state.ts'
import { openNativeDriver } from '../../../src-main/engine/executors/cuda/native/driver.ts'
import { cardSampler } from '../../../src-main/rl/card-sampler.ts'

const [path, cache, device] = process.argv.slice(2) as [string, string, string]
const index = cardIndexOf(device)!
const driver = openNativeDriver({ paths: { driver: path, compiler: path, products: path }, index, cache })
const span = { address: driver.allocate(16), bytes: 16 }
const host = { address: driver.allocateHost(16), bytes: 16 }
console.log(JSON.stringify({ card: driver.card.name, index: driver.card.index }))
await once(process.stdin, 'data')
const kernel = {
  name: 'count_up',
  source: 'extern "C" __global__ void count_up(float* target, int count, float start, long long step) {}',
  parameters: ['pointer', 'int32', 'float32', 'int64'],
} as const
const launch = { kernel, grid: [1, 1, 1], block: [4, 1, 1], sharedBytes: 0 } as const
const recording = driver.record(() => driver.launch(launch, [{ ...span, access: 'write' }, 4, 10 * index, 1]))
driver.replay(recording)
driver.order('download', 'compute')
driver.copy(host, span, 'download')
driver.order('compute', 'download')
const read = new Float32Array(4)
driver.download(read, host)
console.log(
  JSON.stringify({ read: [...read], used: cardSampler(device, { driver: path, monitor: path })!()?.memoryUsed }),
)
driver.dispose()
process.exit(0)
