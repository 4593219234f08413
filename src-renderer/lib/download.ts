/** Hands a file to the user: the browser saves it, the desktop asks where. */
export function downloadFile(name: string, content: string | Blob, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: `${type};charset=utf-8` }) : content
  const address = URL.createObjectURL(blob)
  downloadFrom(address, name.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-'))
  // The save starts with the click; the address may go once it has been read.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** Hands what lies at an address to the user, under the name that is given or else the one the host gives. */
export function downloadFrom(address: string, name = ''): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}
