import { t } from '../lib/i18n/translate.ts'
import { Dialog } from '../ui/dialog.tsx'
import { type Action, isMac, shortcutLabel } from './actions.ts'
import { actionOfShortcut } from './keys.ts'

type Line = Pick<Action, 'label'> & { readonly shortcut: string }

const isShown = (selector: string): boolean => document.querySelector(`main ${selector}`) !== null

/** All shortcuts that work on the shown page, by what they concern. */
export function ShortcutSheet({ actions, onClose }: { actions: readonly Action[]; onClose: () => void }) {
  const bound = [...actionOfShortcut(actions).values()]
  const sections = Map.groupBy(bound, (action) => action.section)
  return (
    <Dialog label={t('Keyboard shortcuts')} className="shortcut-sheet" onClose={onClose}>
      <div className="dialog-body">
        <h2>{t('Keyboard shortcuts')}</h2>
        {[...sections].map(([section, members]) => (
          <Section
            key={section}
            name={section}
            lines={members.map(({ label, shortcut }) => ({ label, shortcut: shortcut! }))}
          />
        ))}
        {isShown('[role=application]') && <Section name={t('Within the token heatmap')} lines={heatmapKeys()} />}
        {isShown('[data-rows]') && <Section name={t('Within a list')} lines={rowKeys()} />}
      </div>
    </Dialog>
  )
}

function Section({ name, lines }: { name: string; lines: readonly Line[] }) {
  return (
    <section>
      <h3 className="ellipsis" title={name}>
        {name}
      </h3>
      <dl className="shortcut-list">
        {lines.map(({ label, shortcut }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <kbd>{shortcutLabel(shortcut, isMac())}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** Keys that the heatmap itself takes while it has the focus. */
const heatmapKeys = (): readonly Line[] => [
  { label: t('previous, next token'), shortcut: 'ArrowLeft ArrowRight' },
  { label: t('line above, below'), shortcut: 'ArrowUp ArrowDown' },
  { label: t('beginning, end of the line'), shortcut: 'Home End' },
]

/** Keys that lists of runs and responses take while one of their rows has the focus. */
const rowKeys = (): readonly Line[] => [
  { label: t('row above, below'), shortcut: 'ArrowUp ArrowDown' },
  { label: t('open, mark or press'), shortcut: 'Enter Space' },
]
