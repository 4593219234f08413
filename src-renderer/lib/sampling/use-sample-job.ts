import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { useServices } from '../context.tsx'
import { createSampleJob, type SampleJob, type SampleView } from './sample-job.ts'

/** A task of the sampler that lives as long as the component. */
export function useSampleJob(): SampleJob & { readonly now: SampleView; readonly busy: boolean } {
  const { client } = useServices()
  const [job] = useState(() => createSampleJob(client))
  useEffect(() => job.close, [job])
  const now = useStore(job.view)
  return { ...job, now, busy: now.state === 'starting' || now.state === 'running' }
}
