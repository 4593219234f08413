/** What people keep about runs, and runs that were deleted and may still come back. */
export const migration0005 = {
  version: 5,
  statements: /* sql */ `
ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN deleted_at_ms INTEGER;
`,
}
