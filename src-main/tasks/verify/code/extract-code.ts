/** Languages after the fence that mark a block as Python. */
const pythonNames = new Set(['python', 'python3', 'py', 'py3'])

/** `python`: the last block marked as Python (Archer). `any`: the last block of any or no language (rllm). */
export type FenceRule = 'python' | 'any'

interface Block {
  readonly language: string
  readonly code: string
}

/**
 * The code a response gives as its solution: the last fenced block after the last `</think>`, or null. A block that is
 * never closed is none: the response was cut.
 */
export function extractCode(response: string, rule: FenceRule): string | null {
  const graded = response.slice(response.lastIndexOf('</think>') + 1)
  const blocks = fencedBlocks(graded).filter(({ language }) => rule === 'any' || pythonNames.has(language))
  return blocks.at(-1)?.code ?? null
}

function fencedBlocks(text: string): Block[] {
  const blocks: Block[] = []
  let open: { fence: string; language: string; lines: string[] } | undefined
  for (const line of text.split('\n')) {
    const [, fence, rest = ''] = /^\s{0,3}(`{3,}|~{3,})(.*)$/.exec(line.trimEnd()) ?? []
    if (!open) {
      if (fence) open = { fence, language: rest.trim().split(/\s/)[0]!.toLowerCase(), lines: [] }
    } else if (fence && rest === '' && fence.startsWith(open.fence)) {
      blocks.push({ language: open.language, code: open.lines.join('\n') })
      open = undefined
    } else open.lines.push(line)
  }
  return blocks
}
