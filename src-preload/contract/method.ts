import { z } from 'zod'
import {
  ceGppoSchema,
  cispoSchema,
  dapoSchema,
  drGrpoSchema,
  flexecSchema,
  grpoSchema,
  gspoSchema,
} from './methods/clipped.ts'
import { clipCovSchema, klCovSchema, sentRepoSchema, sentSchema } from './methods/covariance.ts'
import { archerSchema, entropyBonusSchema, entropyMaskSchema, opefoSchema } from './methods/entropy.ts'

/** Every method, in the order in which they are offered. */
export const methodSchema = z.discriminatedUnion('name', [
  archerSchema,
  grpoSchema,
  dapoSchema,
  drGrpoSchema,
  entropyMaskSchema,
  sentSchema,
  sentRepoSchema,
  opefoSchema,
  flexecSchema,
  clipCovSchema,
  klCovSchema,
  ceGppoSchema,
  gspoSchema,
  cispoSchema,
  entropyBonusSchema,
])
export type MethodConfig = z.infer<typeof methodSchema>
export type MethodName = MethodConfig['name']
export type MethodOptions<Name extends MethodName> = Extract<MethodConfig, { name: Name }>
