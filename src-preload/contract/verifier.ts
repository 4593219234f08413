import { z } from 'zod'

/** Every verifier with its options: one shape for each entry of the verifier map. */
export const verifierSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('numeric') })
    .meta({ title: 'Numeric', description: 'The final number must equal the answer exactly (as a rational number).' }),
  z
    .strictObject({ kind: z.literal('exact') })
    .meta({ title: 'Exact', description: 'The final answer text must equal the answer, white space aside.' }),
])
export type VerifierConfig = z.infer<typeof verifierSchema>
