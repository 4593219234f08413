import { parentPort } from 'node:worker_threads'
import type { VerifyItem } from '../../src-main/tasks/verify/verdict.ts'

/** A verifier that hangs on "hang", dies on "die" and accepts everything else. */
parentPort?.on('message', ({ response }: VerifyItem) => {
  if (response === 'die') throw new Error('out of luck')
  while (response === 'hang');
  parentPort?.postMessage({ correct: true, score: 1, extracted: response, reason: 'fine' })
})
parentPort?.postMessage('ready')
