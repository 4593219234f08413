/**
 * The text a response gives as its final answer, or null. In order: the part after the last `</think>`; the last
 * `\boxed{…}`; the last `Answer:` or `####` line; the right side of the last `=`; the last line.
 */
export function finalAnswer(response: string): string | null {
  const graded = response.split('</think>').at(-1)!
  const answer = lastBoxed(graded) ?? lastMarkedLine(graded) ?? lastRightSide(graded) ?? lastLine(graded)
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

function lastRightSide(text: string): string | null {
  const line = lastLine(text)
  const equals = line?.lastIndexOf('=') ?? -1
  return line === null || equals < 0 ? null : line.slice(equals + 1)
}

function lastLine(text: string): string | null {
  return text.trimEnd().split('\n').at(-1) ?? null
}
