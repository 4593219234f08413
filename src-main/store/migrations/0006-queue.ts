/** The queue of runs that wait for their turn, and the alarms that hold at a run's last step. */
export const migration0006 = {
  version: 6,
  statements: /* sql */ `
-- Null for a run that does not wait; the places are 1, 2, … without a gap.
ALTER TABLE runs ADD COLUMN queue_place INTEGER;
CREATE INDEX runs_queue ON runs (queue_place) WHERE queue_place IS NOT NULL;
-- A list of {rule, step, value}: what holds, since which step, and the number that shows it.
ALTER TABLE runs ADD COLUMN alarms TEXT NOT NULL DEFAULT '[]';
`,
}
