import { Fragment } from 'react'
import { t } from '../lib/i18n/translate.ts'
import { Dialog } from '../ui/dialog.tsx'
import { type Action, isMac, shortcutLabel } from './actions.ts'

/** All shortcuts that work on the shown page. */
export function ShortcutSheet({ actions, onClose }: { actions: readonly Action[]; onClose: () => void }) {
  const withKeys = actions.filter((action) => action.shortcut !== undefined && action.enabled)
  return (
    <Dialog label={t('Keyboard shortcuts')} onClose={onClose}>
      <div className="dialog-body">
        <h2>{t('Keyboard shortcuts')}</h2>
        <div className="shortcut-list">
          {withKeys.map((action) => (
            <Fragment key={`${action.section} ${action.id}`}>
              <span>{action.label}</span>
              <kbd>{shortcutLabel(action.shortcut!, isMac())}</kbd>
            </Fragment>
          ))}
          <span>{t('Within the token heatmap: previous, next token')}</span>
          <kbd>← →</kbd>
          <span>{t('Within the token heatmap: line above, below')}</span>
          <kbd>↑ ↓</kbd>
        </div>
      </div>
    </Dialog>
  )
}
