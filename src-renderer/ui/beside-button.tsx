import { Columns2 } from 'lucide-react'
import { create } from 'zustand'
import { navigate } from '../lib/hash-location.ts'
import { t } from '../lib/i18n/translate.ts'
import { links } from '../lib/links.ts'
import { notify, takeBack } from '../lib/view-state.ts'
import { Button } from './button.tsx'

/** The response that waits for another to be read beside it; it may be of another step or run. */
const useMarked = create<{ readonly marked: number | null }>()(() => ({ marked: null }))

/** Marks a response; a second one opens both side by side. */
export function BesideButton({ rolloutId }: { rolloutId: number }) {
  const isMarked = useMarked(({ marked }) => marked === rolloutId)
  const isSecond = useMarked(({ marked }) => marked !== null && marked !== rolloutId)
  const press = (): void => {
    const { marked } = useMarked.getState()
    useMarked.setState({ marked: marked === null ? rolloutId : null })
    if (marked === null) notify('info', t('Choose another response to read both side by side.'))
    else {
      takeBack(t('Choose another response to read both side by side.'))
      if (marked !== rolloutId) navigate(links.pair(marked, rolloutId))
    }
  }
  const label = isSecond ? t('Read beside the marked response') : t('Mark to read beside another response')
  return (
    <Button
      small
      kind="quiet"
      className="beside-button"
      icon={<Columns2 size={15} />}
      aria-label={label}
      title={label}
      aria-pressed={isMarked}
      onClick={press}
    />
  )
}
