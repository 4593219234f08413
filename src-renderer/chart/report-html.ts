import { currentLanguage } from '../lib/i18n/translate.ts'

/** Text inside an element or a quoted attribute, whatever it holds. */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

const style = `body{font:14px/1.5 system-ui,sans-serif;color:#14181e;max-width:1000px;margin:32px auto;padding:0 20px}
table{border-collapse:collapse;margin:8px 0 20px}td,th{padding:3px 12px;border-bottom:1px solid #dce0e6;text-align:left}
td.number{text-align:right;font-variant-numeric:tabular-nums}pre{background:#f6f7f9;padding:12px;white-space:pre-wrap}
figure{margin:0 0 16px;break-inside:avoid}svg{max-width:100%;height:auto}h2{margin-top:28px}
h2,h3{break-after:avoid}tr{break-inside:avoid}
@page{margin:16mm}@media print{body{margin:0;max-width:none;font-size:11px}h2{margin-top:16px}}`

/** A page without scripts and without the network: its policy forbids both, whatever a text in it may hold. */
export function page(title: string, parts: readonly string[]): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'"
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>${escaped(title)}</title><style>${style}</style>`
  return `<!doctype html>\n<html lang="${currentLanguage()}"><head>${head}</head>\n<body><h1>${escaped(title)}</h1>\n${parts.join('\n')}\n</body></html>\n`
}

/** A table; cells are texts, numbers all but the first. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string, index: number): string => `<td${index > 0 ? ' class="number"' : ''}>${escaped(text)}</td>`
  const heads = head.length > 0 ? `<tr>${head.map((text) => `<th>${escaped(text)}</th>`).join('')}</tr>` : ''
  return `<table>${heads}${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</table>`
}
