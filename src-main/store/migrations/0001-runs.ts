/** Runs and what they record, and the caches of files the app lists. */
export const migration0001 = {
  version: 1,
  statements: /* sql */ `
CREATE TABLE runs (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  tags TEXT NOT NULL,
  method TEXT NOT NULL,
  model TEXT NOT NULL,
  config TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN
    ('queued', 'running', 'paused', 'stopping', 'stopped', 'finished', 'failed', 'interrupted')),
  pending TEXT CHECK (pending IN ('pause', 'resume', 'stop')),
  phase TEXT NOT NULL,
  phase_progress REAL NOT NULL,
  step INTEGER NOT NULL,
  steps INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  elapsed_ms INTEGER NOT NULL,
  eta_ms INTEGER,
  last_reward REAL,
  last_accuracy REAL,
  message TEXT,
  owner_pid INTEGER,
  owner_start_time TEXT,
  heartbeat_at_ms INTEGER,
  -- Grows with every change of the row, so that a watcher sees which runs changed.
  revision INTEGER NOT NULL DEFAULT 0,
  -- Grows with every recorded step or evaluation; steps.sequence holds its value at that time.
  sequence INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_created ON runs (created_at_ms);
CREATE TRIGGER runs_changed AFTER UPDATE ON runs WHEN NEW.revision = OLD.revision BEGIN
  UPDATE runs SET revision = OLD.revision + 1 WHERE id = NEW.id;
END;

CREATE TABLE run_events (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  at_ms INTEGER NOT NULL,
  step INTEGER NOT NULL,
  kind TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX run_events_run ON run_events (run_id, id);

CREATE TABLE steps (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  -- Copies of two metrics, so that a list of runs reads one row per step.
  reward REAL,
  accuracy REAL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX steps_sequence ON steps (run_id, sequence);

CREATE TABLE metrics (
  run_id TEXT NOT NULL,
  step INTEGER NOT NULL,
  name TEXT NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (run_id, step, name),
  FOREIGN KEY (run_id, step) REFERENCES steps (run_id, step) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE rollout_groups (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  step INTEGER NOT NULL,
  group_index INTEGER NOT NULL,
  prompt_id TEXT NOT NULL,
  prompt TEXT NOT NULL,
  answer TEXT NOT NULL,
  mean_reward REAL NOT NULL,
  accuracy REAL NOT NULL,
  filtered INTEGER NOT NULL,
  UNIQUE (run_id, step, group_index),
  FOREIGN KEY (run_id, step) REFERENCES steps (run_id, step) ON DELETE CASCADE
) STRICT;

CREATE TABLE rollouts (
  id INTEGER PRIMARY KEY,
  group_id INTEGER NOT NULL REFERENCES rollout_groups (id) ON DELETE CASCADE,
  response_index INTEGER NOT NULL,
  text TEXT NOT NULL,
  reward REAL NOT NULL,
  reward_parts TEXT NOT NULL,
  correct INTEGER NOT NULL,
  extracted TEXT,
  reason TEXT NOT NULL,
  advantage REAL NOT NULL,
  tokens INTEGER NOT NULL,
  mean_entropy REAL NOT NULL,
  finish_reason TEXT NOT NULL,
  UNIQUE (group_id, response_index)
) STRICT;

CREATE TABLE traces (
  rollout_id INTEGER PRIMARY KEY REFERENCES rollouts (id) ON DELETE CASCADE,
  columns BLOB NOT NULL
) STRICT;

CREATE VIRTUAL TABLE rollouts_text USING fts5 (text, content = 'rollouts', content_rowid = 'id');
CREATE TRIGGER rollouts_inserted AFTER INSERT ON rollouts BEGIN
  INSERT INTO rollouts_text (rowid, text) VALUES (NEW.id, NEW.text);
END;
CREATE TRIGGER rollouts_deleted AFTER DELETE ON rollouts BEGIN
  INSERT INTO rollouts_text (rollouts_text, rowid, text) VALUES ('delete', OLD.id, OLD.text);
END;

CREATE TABLE evaluations (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  dataset TEXT NOT NULL,
  problems INTEGER NOT NULL,
  n INTEGER NOT NULL,
  metrics TEXT NOT NULL,
  PRIMARY KEY (run_id, step, dataset)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  -- Relative to the workspace when inside it, so that a workspace can be moved.
  folder TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE datasets (
  reference TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  rows INTEGER NOT NULL,
  duplicates INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  modified_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE models (
  reference TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  architecture TEXT NOT NULL,
  parameters INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  modified_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
}
