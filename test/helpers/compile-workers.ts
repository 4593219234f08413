import { startVerifyPool } from '../../src-main/tasks/verify/pool.ts'
import { verifierSchema } from '../../src-preload/contract/verifier.ts'
import { quiver } from './cli.ts'

/** Compiles what worker threads load before any test starts one, so that none strips types while another ends. */
export default async function compileWorkers(): Promise<void> {
  const pool = startVerifyPool(verifierSchema.parse({ kind: 'numeric' }), { workers: 1 })
  await pool.verify([{ response: '1', answer: '1' }])
  await pool.dispose()
  const { code, stderr } = await quiver(
    'generate',
    'builtin:arithmetic-1m',
    '--prompt',
    '1+1',
    '--n',
    '1',
    '--max-tokens',
    '1',
  )
  if (code !== 0) throw new Error(`The engine's worker does not start: ${stderr}`)
}
