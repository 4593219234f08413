/** A report as a list of blocks, and its two spellings. */
import { escapeText } from './chart.ts'

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'figure'; readonly name: string; readonly svg: string; readonly caption: string }

/** Markdown; figures are files beside it. */
export function toMarkdown(title: string, blocks: readonly Block[]): string {
  return `${[`# ${title}`, ...blocks.map(markdownBlock)].join('\n\n')}\n`
}

function markdownBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `## ${block.text}`
    case 'paragraph':
      return block.text
    case 'list':
      return block.items.map((item) => `- ${item}`).join('\n')
    case 'table': {
      const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
      return [line(block.head), line(block.head.map(() => '---')), ...block.rows.map(line)].join('\n')
    }
    case 'figure':
      return `![${block.caption}](${block.name}.svg)\n\n*${block.caption}*`
  }
}

const style = `
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2328; background: #fff; max-width: 900px; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto }
td, th { border-bottom: 1px solid #d8dee4; padding: 4px 10px; text-align: left; font-variant-numeric: tabular-nums; white-space: nowrap }
figure { margin: 1.5rem 0 } svg { max-width: 100%; height: auto } figcaption { color: #57606a; font-size: 13px }`

/** One self-contained HTML page. */
export function toHtml(title: string, blocks: readonly Block[]): string {
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escapeText(title)}</title><style>${style}</style></head><body>`,
    `<h1>${escapeText(title)}</h1>`,
    ...blocks.map(htmlBlock),
    '</body></html>',
    '',
  ].join('\n')
}

function htmlBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${escapeText(block.text)}</h2>`
    case 'paragraph':
      return `<p>${inline(block.text)}</p>`
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${inline(item)}</li>`).join('')}</ul>`
    case 'table': {
      const row = (cells: readonly string[], tag: 'td' | 'th'): string =>
        `<tr>${cells.map((cell) => `<${tag}>${inline(cell)}</${tag}>`).join('')}</tr>`
      return `<table>${row(block.head, 'th')}${block.rows.map((cells) => row(cells, 'td')).join('')}</table>`
    }
    case 'figure':
      return `<figure>${block.svg}<figcaption>${inline(block.caption)}</figcaption></figure>`
  }
}

/** Escaped text with `code` and **bold** as Markdown writes them. */
function inline(text: string): string {
  return escapeText(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
}
