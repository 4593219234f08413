/**
 * The text a response gives as its final answer, or null. In order: the part after the last `</think>`; the last
 * `\boxed{…}`; the last `Answer:` or `####` line; a response of a single line, whole. Text without any of these gives
 * none: a number that merely occurs in it is no answer.
 */
export function finalAnswer(response: string): string | null {
  const graded = response.split('</think>').at(-1)!
  const answer = lastBoxed(graded) ?? lastMarkedLine(graded) ?? singleLine(graded)
  return answer === null || answer.trim() === '' ? null : answer.trim()
}

function lastBoxed(text: string): string | null {
  const start = text.lastIndexOf('\\boxed{')
  if (start < 0) return null
  let depth = 0
  for (let index = start + 6; index < text.length; index++) {
    if (text[index] === '{') depth++
    if (text[index] === '}' && --depth === 0) return text.slice(start + 7, index)
  }
  return null
}

function lastMarkedLine(text: string): string | null {
  const marked = [...text.matchAll(/(?:answer\s*:|####)[ \t]*([^\n]*)/gi)].at(-1)
  return marked?.[1] ?? null
}

function singleLine(text: string): string | null {
  const trimmed = text.trim()
  return trimmed.includes('\n') ? null : trimmed
}
