import type { Database } from 'better-sqlite3'

/** The metrics of each step as one packed row, so that curves of a long run are read in one sweep. */
export const migration0003 = {
  version: 3,
  statements: /* sql */ `
CREATE TABLE metric_names (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (run_id, position),
  UNIQUE (run_id, name)
) STRICT, WITHOUT ROWID;

-- numbers: float64, little-endian, in the order of the run's metric names; NaN where not recorded, shorter when later names are missing.
CREATE TABLE step_metrics (
  run_id TEXT NOT NULL,
  step INTEGER NOT NULL,
  numbers BLOB NOT NULL,
  PRIMARY KEY (run_id, step),
  FOREIGN KEY (run_id, step) REFERENCES steps (run_id, step) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
`,
  finish: packRecordedSteps,
}

interface Cell {
  readonly run_id: string
  readonly step: number
  readonly name: string
  readonly value: number
}

/** Packs what was recorded so far. */
function packRecordedSteps(db: Database): void {
  const cells = db.prepare('SELECT run_id, step, name, value FROM metrics ORDER BY run_id, step, name').all() as Cell[]
  const addName = db.prepare('INSERT INTO metric_names (run_id, position, name) VALUES (?, ?, ?)')
  const addStep = db.prepare('INSERT INTO step_metrics (run_id, step, numbers) VALUES (?, ?, ?)')
  for (const [runId, ofRun] of Map.groupBy(cells, (cell) => cell.run_id)) {
    const names = [...new Set(ofRun.map((cell) => cell.name))]
    for (const [position, name] of names.entries()) addName.run(runId, position, name)
    for (const [step, ofStep] of Map.groupBy(ofRun, (cell) => cell.step)) {
      const numbers = new Float64Array(names.length).fill(Number.NaN)
      for (const { name, value } of ofStep) numbers[names.indexOf(name)] = value
      addStep.run(runId, step, new Uint8Array(numbers.buffer))
    }
  }
}
