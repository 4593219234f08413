/**
 * The program inside the sandbox: loads the verifier's file, then answers a line of JSON (`{response, answer}`) on
 * descriptor 3 by one on descriptor 4: `{"verdict": …}`, or `{"error": text}`.
 */
export const runnerSource = (file: string): string => `
import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'

const reply = (value) => writeSync(4, JSON.stringify(value) + '\\n')
const complain = (error) => reply({ error: String(error?.message ?? error).slice(0, 400) })
const lines = createInterface({ input: new Socket({ fd: 3, writable: false }) })

let loaded
try {
  loaded = await import(${JSON.stringify(file)})
  if (typeof loaded.verify !== 'function') throw new Error('it exports no function named verify')
  reply({ ready: true, examples: loaded.examples ?? [] })
} catch (error) {
  complain(error)
  process.exit(0)
}
for await (const line of lines) {
  try {
    reply({ verdict: (await loaded.verify(JSON.parse(line))) ?? null })
  } catch (error) {
    complain(error)
  }
}
`
