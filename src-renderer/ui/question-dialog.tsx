import { t } from '../lib/i18n/translate.ts'
import { useView } from '../lib/view-state.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

/** The question an action asks before it goes on; nothing happens unless it is confirmed. */
export function QuestionDialog() {
  const question = useView((view) => view.question)
  if (!question) return null
  const close = (): void => useView.setState({ question: null })
  return (
    <Dialog label={question.title} onClose={close}>
      <div className="dialog-body">
        <h2>{question.title}</h2>
        <p>{question.text}</p>
        <div className="dialog-buttons">
          <Button onClick={close}>{t('Cancel')}</Button>
          <Button
            kind="danger"
            onClick={() => {
              close()
              question.run()
            }}
          >
            {question.confirm}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
