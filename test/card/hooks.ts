/** Loaded before a script on a card's machine: what asks for the test runner gets what `expect.ts` has of it. */
import { registerHooks } from 'node:module'

const standIn = new URL('./expect.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vitest' ? { url: standIn, shortCircuit: true } : next(specifier, context),
})
