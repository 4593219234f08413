import { readFileSync } from 'node:fs'

/** Where a process stands: its start time (clock ticks since boot) and state letter; null when there is none, or no /proc. */
function processStat(pid: number): { startTime: string; state: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The command name is in parentheses and may hold spaces and parentheses itself.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', startTime: fields[19] ?? '' }
  } catch {
    return null
  }
}

/** Start time of a process, which with its id names it for good; null where the system does not tell (not Linux). */
export function processStartTime(pid: number): string | null {
  return processStat(pid)?.startTime ?? null
}

/** Whether the process that had this id and start time still lives. A zombie does not. Without start time: the id lives. */
export function isProcessAlive(pid: number, startTime: string | null): boolean {
  if (startTime !== null && process.platform === 'linux') {
    const stat = processStat(pid)
    return stat !== null && stat.startTime === startTime && !['Z', 'X'].includes(stat.state)
  }
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
