import { parentPort, workerData } from 'node:worker_threads'
import { type PureVerifierConfig, verifierOf } from './map.ts'
import type { VerifyItem } from './verdict.ts'

const verify = verifierOf(workerData as PureVerifierConfig)
parentPort?.on('message', (item: VerifyItem) => {
  const start = performance.now()
  const verdict = verify(item)
  parentPort?.postMessage({ ...verdict, ms: performance.now() - start })
})
parentPort?.postMessage('ready')
