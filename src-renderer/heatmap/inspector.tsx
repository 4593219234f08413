import { tokenFacts } from './describe.ts'
import type { HeatmapTokens } from './tokens.ts'

/** All numbers of one token; keeps its room when there is none. */
export function TokenInspector(props: { tokens: HeatmapTokens; token: number; reasoning: Uint8Array }) {
  const { tokens, token, reasoning } = props
  if (token < 0 || token >= tokens.count)
    return (
      <aside className="card inspector" aria-label="Numbers of a token">
        <p className="quiet">Point at a token, or focus the text and walk with the arrow keys, to read its numbers.</p>
      </aside>
    )
  return (
    <aside className="card inspector" aria-label="Numbers of a token" data-token={token}>
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
    </aside>
  )
}
