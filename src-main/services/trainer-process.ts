import { runLogFile } from '../store/workspace.ts'
import { startNodeProcess } from './node-process.ts'

/** Starts the trainer of a run; what it prints goes to the run's log. See `startNodeProcess`. */
export function startTrainer(workspace: string, runId: string, ended: () => void = () => {}): void {
  startNodeProcess('trainer.ts', ['--data', workspace, '--run', runId], runLogFile(workspace, runId), ended)
}
