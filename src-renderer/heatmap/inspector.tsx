import { useStore } from 'zustand'
import { t } from '../lib/i18n/translate.ts'
import { AlternativeList } from './alternatives.tsx'
import { tokenFacts } from './describe.ts'
import type { HeatmapLink } from './link.ts'
import type { HeatmapTokens } from './tokens.ts'

/** All numbers of the token under the pointer, or else of the focused one; keeps its room when there is none. */
export function TokenInspector(props: {
  tokens: HeatmapTokens
  focused: number
  link: HeatmapLink
  reasoning: Uint8Array
  /** Told apart where there are two. */
  label?: string
}) {
  const { tokens, focused, link, reasoning, label = t('Numbers of a token') } = props
  const hovered = useStore(link, (state) => state.hovered)
  const token = hovered >= 0 ? hovered : focused
  if (token < 0 || token >= tokens.count)
    return (
      <aside className="card inspector" aria-label={label}>
        <p className="quiet">
          {t('Point at a token, or focus the text and walk with the arrow keys, to read its numbers.')}
        </p>
      </aside>
    )
  return (
    <aside className="card inspector" aria-label={label} data-token={token}>
      <p className="inspector-token mono">{tokens.shown[token]}</p>
      <dl>
        {tokenFacts(tokens, token, reasoning[token] === 1).map(({ label, value, unit }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {value} {unit !== '' && <span className="quiet">{unit}</span>}
            </dd>
          </div>
        ))}
      </dl>
      <AlternativeList tokens={tokens} token={token} />
    </aside>
  )
}
