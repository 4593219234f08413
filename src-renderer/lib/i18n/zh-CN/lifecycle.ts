/** What becomes of runs: the queue, notices and alarms. */
export const lifecycle: Readonly<Record<string, string>> = {
  'Move down': '下移',
  'Move down in the queue': '在队列中下移',
  'Move up': '上移',
  'Move up in the queue': '在队列中上移',
  Queue: '排队',
  'Queue again': '再次排队',
  'Queue again as a new run': '作为新运行再次排队',
  'Queue to resume': '排队等待恢复',
  Queued: '排队中',
  'Start now': '立即开始',
  'Take out': '移出队列',
  'Take out of the queue': '移出队列',
  'next in the queue': '队列中的下一个',
  'place {place} in the queue': '队列第 {place} 位',
}
