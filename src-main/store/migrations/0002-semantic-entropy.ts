/** Semantic-entropy passes over a dataset, and what each found out about every prompt. */
export const migration0002 = {
  version: 2,
  statements: /* sql */ `
CREATE TABLE semantic_entropy_passes (
  id TEXT NOT NULL PRIMARY KEY,
  settings TEXT NOT NULL,
  prompts INTEGER,
  created_at_ms INTEGER NOT NULL,
  -- Of the process that works on it; of a run's trainer, which may work on it too, there is no trace here.
  owner_pid INTEGER,
  owner_start_time TEXT,
  stop_requested INTEGER NOT NULL DEFAULT 0,
  message TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE prompt_entropies (
  pass_id TEXT NOT NULL REFERENCES semantic_entropy_passes (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  prompt_id TEXT NOT NULL,
  prompt TEXT NOT NULL,
  entropy REAL NOT NULL,
  accuracy REAL NOT NULL,
  clusters TEXT NOT NULL,
  PRIMARY KEY (pass_id, position)
) STRICT, WITHOUT ROWID;
`,
}
