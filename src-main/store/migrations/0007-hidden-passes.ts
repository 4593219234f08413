/** When a semantic-entropy pass was deleted: it is hidden until it is restored or swept away. */
export const migration0007 = {
  version: 7,
  statements: /* sql */ `
ALTER TABLE semantic_entropy_passes ADD COLUMN deleted_at_ms INTEGER;
`,
}
