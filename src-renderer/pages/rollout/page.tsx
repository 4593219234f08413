export function RolloutPage(_props: Record<string, unknown>) {
  return null
}
