import { issuesAt } from '../../lib/form/issues.ts'
import { sampleIssues, useSampleSettings } from './sample-settings.ts'

/** What is wrong with one part of the request, `temperature` or `prompt.text`, in sentences; empty when nothing is. */
export function useFieldErrors(path: string): string[] {
  return issuesAt(sampleIssues(useSampleSettings()), path)
}

/** Says below a field what is wrong with it. */
export function FieldErrors({ errors, id }: { readonly errors: readonly string[]; readonly id?: string }) {
  if (errors.length === 0) return null
  return (
    <p id={id} className="field-error" role="alert">
      {errors.join(' ')}
    </p>
  )
}
