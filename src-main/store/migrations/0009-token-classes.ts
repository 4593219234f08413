/** The class that the run's method gave to the tokens of each entry of `token_entropies`. */
export const migration0009 = {
  version: 9,
  statements: /* sql */ `
-- One byte an entry, deflated; null for steps recorded before.
ALTER TABLE token_entropies ADD COLUMN classes BLOB;
`,
}
