import { parentPort, workerData } from 'node:worker_threads'
import { type PureVerifierConfig, verifierOf } from './map.ts'
import type { VerifyItem } from './verdict.ts'

const verify = verifierOf(workerData as PureVerifierConfig)
parentPort?.on('message', (item: VerifyItem) => parentPort?.postMessage(verify(item)))
parentPort?.postMessage('ready')
