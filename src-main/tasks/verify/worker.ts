import { parentPort, workerData } from 'node:worker_threads'
import type { VerifierConfig } from '../../../src-preload/contract/config.ts'
import { verifiers } from './map.ts'
import type { VerifyItem } from './verdict.ts'

const verify = verifiers[(workerData as VerifierConfig).kind]
parentPort?.on('message', (item: VerifyItem) => parentPort?.postMessage(verify(item)))
parentPort?.postMessage('ready')
