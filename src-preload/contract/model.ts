export interface ModelInfo {
  /** `builtin:NAME` or a folder: what a run config holds. */
  readonly reference: string
  readonly name: string
  readonly architecture: string
  readonly parameters: number
  readonly bytes: number
}
