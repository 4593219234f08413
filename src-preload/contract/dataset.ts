export interface DatasetInfo {
  /** `builtin:NAME` or a path: what a run config holds. */
  readonly reference: string
  readonly name: string
  readonly rows: number
  readonly duplicates: number
}
export interface DatasetPreview extends DatasetInfo {
  readonly sample: readonly { readonly id: string; readonly prompt: string; readonly answer: string }[]
}
