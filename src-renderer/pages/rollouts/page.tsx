export function RolloutsPage(_props: Record<string, unknown>) {
  return null
}
