/** Hands a file to the user: the browser saves it, the desktop asks where. */
export function downloadFile(name: string, content: string | Blob, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: `${type};charset=utf-8` }) : content
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-')
  link.click()
  // The save starts with the click; the address may go once it has been read.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
