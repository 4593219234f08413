/** The device that a run was given when it last started: of several cards the one that was free. */
export const migration0008 = {
  version: 8,
  statements: /* sql */ `
-- Null before the first start, and where the config alone says it.
ALTER TABLE runs ADD COLUMN device TEXT;
`,
}
