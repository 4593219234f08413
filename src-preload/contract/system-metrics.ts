import { type MetricInfo, metric } from './metric-info.ts'

/** What a run takes of its machine and its device: means or greatest values over the step. */
export const systemMetrics = {
  'memory/resident': metric(
    'system',
    'Memory of the trainer',
    'MiB',
    'Resident memory of the trainer process at the end of the step.',
  ),
  'memory/peak': metric(
    'system',
    'Memory of the trainer, peak',
    'MiB',
    'Most resident memory of the trainer process so far.',
  ),
  'system/trainer_cpu': metric(
    'system',
    'CPU of the trainer',
    'cores',
    'Processor cores that the trainer kept busy: its CPU time over the wall time of the step.',
  ),
  'system/cpu': metric('system', 'Machine CPU', 'fraction', 'Share of all cores that any process kept busy.'),
  'system/memory': metric(
    'system',
    'Machine memory',
    'fraction',
    "Greatest share of the machine's memory that was not available during the step.",
  ),
  'gpu/utilization': metric('system', 'GPU utilization', 'fraction', 'Share of the step in which the GPU computed.'),
  'gpu/memory_used': metric('system', 'GPU memory used', 'MiB', 'Most GPU memory in use, by every process.'),
  'gpu/memory_total': metric('system', 'GPU memory there is', 'MiB', 'Memory of the GPU.'),
  'gpu/power': metric('system', 'GPU power', 'W', 'Mean power draw of the GPU.'),
  'gpu/temperature': metric('system', 'GPU temperature', '°C', 'Highest temperature of the GPU.'),
} as const satisfies Record<string, MetricInfo>
