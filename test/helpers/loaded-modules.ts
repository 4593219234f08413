/** A worker thread that says which of Node's own modules it took. */
import { parentPort } from 'node:worker_threads'

const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] }
parentPort?.postMessage([...moduleLoadList])
