/** Entropy by token id of every step, and the text of every token that a run has sampled. */
export const migration0004 = {
  version: 4,
  statements: /* sql */ `
CREATE TABLE token_entropies (
  run_id TEXT NOT NULL,
  step INTEGER NOT NULL,
  -- ids, occurrences (u32) and sums of entropy (float32), one after another, deflated.
  columns BLOB NOT NULL,
  PRIMARY KEY (run_id, step),
  FOREIGN KEY (run_id, step) REFERENCES steps (run_id, step) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE token_texts (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  token_id INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run_id, token_id)
) STRICT, WITHOUT ROWID;
`,
}
