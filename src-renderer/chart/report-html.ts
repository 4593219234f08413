import { currentLanguage, t } from '../lib/i18n/translate.ts'

/** Text inside an element or a quoted attribute, whatever it holds. */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

const style = `body{font:14px/1.5 system-ui,sans-serif;color:#14181e;max-width:1320px;margin:28px auto;padding:0 20px}
h1{margin:0 0 8px;overflow-wrap:anywhere}h2{margin:0 0 8px}h3{margin:14px 0 6px}section{margin-top:26px}a{color:#0b5cad}
nav ul{display:flex;flex-wrap:wrap;gap:2px 16px;margin:0;padding:0;list-style:none}nav ul ul{gap:2px 12px;font-size:12px}
nav{padding:8px 0;border-block:1px solid #dce0e6}nav>ul{flex-direction:column}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));gap:10px;margin:14px 0}
.facts div{padding:8px 12px;background:#f6f7f9;border-radius:6px;break-inside:avoid}dt{color:#5f6875;font-size:12px}
dd{margin:0;font-weight:600;overflow-wrap:anywhere}.facts .first dd{font-size:20px}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(380px,1fr));gap:12px}
figure{margin:0;border:1px solid #e3e6ea;border-radius:6px;overflow:hidden;break-inside:avoid}svg{display:block;width:100%;height:auto}
.columns{columns:3 340px;column-gap:28px}.columns>div{break-inside:avoid-column}.columns h3{margin-top:0}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:4px 0 16px}.columns table{width:100%}
td,th{padding:3px 10px;border-bottom:1px solid #dce0e6;text-align:left;vertical-align:top}th{overflow-wrap:anywhere}
td.number{text-align:right;font-variant-numeric:tabular-nums}th.number{text-align:right}
pre{background:#f6f7f9;padding:12px;white-space:pre-wrap}summary h2{display:inline}summary{margin-bottom:8px;cursor:pointer}
h2,h3{break-after:avoid}tr{break-inside:avoid}
@page{margin:12mm}@media print{body{margin:0;padding:0;max-width:none;font-size:10px}h1{font-size:20px}nav ul ul{font-size:9px}section{margin-top:14px}.wide{overflow:visible}
.grid{grid-template-columns:1fr 1fr;gap:8px}.columns{columns:2}td,th{padding:1px 6px}pre{background:none;padding:0;columns:2}summary{list-style:none}
.facts{grid-template-columns:repeat(4,1fr);gap:6px}details::details-content{content-visibility:visible;block-size:auto}}`

/** A part of a report that its table of contents leads to. */
export interface ReportSection {
  readonly title: string
  /** HTML. */
  readonly content: string
  /** Parts that come after the content, which the contents list too. */
  readonly parts?: readonly { readonly title: string; readonly content: string }[]
  /** Closed on the screen until it is asked for; on paper it is open. */
  readonly folded?: boolean
}

/** A page without scripts and without the network: its policy forbids both, whatever a text in it may hold. */
export function page(title: string, lead: string, all: readonly ReportSection[]): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'"
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>${escaped(title)}</title><style>${style}</style>`
  const sections = all.filter(({ content, parts = [] }) => content !== '' || parts.length > 0)
  const body = [`<h1>${escaped(title)}</h1>`, lead, contents(sections), ...sections.map(sectionHtml)]
  return `<!doctype html>\n<html lang="${currentLanguage()}"><head>${head}</head>\n<body>${body.join('\n')}\n</body></html>\n`
}

const anchor = (section: number, part?: number): string =>
  `part-${section + 1}${part === undefined ? '' : `-${part + 1}`}`

function contents(sections: readonly ReportSection[]): string {
  const link = (title: string, to: string): string => `<a href="#${to}">${escaped(title)}</a>`
  const list = (items: readonly string[]): string =>
    items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`
  const entries = sections.map(
    ({ title, parts = [] }, index) =>
      link(title, anchor(index)) + list(parts.map((part, at) => link(part.title, anchor(index, at)))),
  )
  return `<nav aria-label="${escaped(t('Contents'))}">${list(entries)}</nav>`
}

function sectionHtml({ title, content, parts = [], folded = false }: ReportSection, index: number): string {
  const heading = `<h2>${escaped(title)}</h2>`
  const inner = [
    content,
    ...parts.map((part, at) => `<h3 id="${anchor(index, at)}">${escaped(part.title)}</h3>\n${part.content}`),
  ].join('\n')
  return folded
    ? `<section id="${anchor(index)}"><details><summary>${heading}</summary>${inner}</details></section>`
    : `<section id="${anchor(index)}">${heading}\n${inner}</section>`
}

/** Names with what they are; the first ones, which matter most, are larger. */
export function factList(first: Facts, rest: Facts): string {
  const item =
    (name: string) =>
    ([label, value]: Facts[number]): string =>
      `<div${name}><dt>${escaped(label)}</dt><dd>${escaped(value)}</dd></div>`
  return `<dl class="facts">${[...first.map(item(' class="first"')), ...rest.map(item(''))].join('')}</dl>`
}

export type Facts = readonly (readonly [name: string, value: string])[]

/** A table; cells are texts, numbers all but the first. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell =
    (tag: 'td' | 'th') =>
    (text: string, index: number): string =>
      `<${tag}${index > 0 ? ' class="number"' : ''}>${escaped(text)}</${tag}>`
  const row = (cells: readonly string[], tag: 'td' | 'th'): string => `<tr>${cells.map(cell(tag)).join('')}</tr>`
  const heads = head.length > 0 ? `<thead>${row(head, 'th')}</thead>` : ''
  return `<div class="wide"><table>${heads}<tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table></div>`
}
