import { FileUp } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import type { ImportResult } from '../../../src-preload/contract/import.ts'
import { useServices } from '../../lib/context.tsx'
import { errorSentence } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { Button } from '../../ui/button.tsx'
import { HelpLink } from '../../ui/help-link.tsx'
import { Message } from '../../ui/message.tsx'

interface ImportPanelProps {
  readonly open: boolean
  readonly onToggle: (open: boolean) => void
  readonly onImport: (result: ImportResult, name: string) => void
}

/** A launch script or config of another trainer, by file, drop or paste. */
export function ImportPanel({ open, onToggle, onImport }: ImportPanelProps) {
  const { text, setText, error, importText, importFile } = useImport(onImport)
  const picker = useRef<HTMLInputElement>(null)
  const drop = (event: DragEvent): void => {
    const file = event.dataTransfer.files[0]
    if (!file) return
    event.preventDefault()
    void importFile(file)
  }
  return (
    <details className="recipe-group" open={open} onToggle={(event) => onToggle(event.currentTarget.open)}>
      <summary>
        <h2>{t('Import')}</h2>
        <span className="quiet">
          {t('a launch script or config of verl, Archer or TRL: shell, YAML, JSON, Python')}
        </span>
      </summary>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is a shortcut for the button. */}
      <div className="import-panel" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <textarea
          className="textarea import-text"
          aria-label={t('Script or config to import')}
          placeholder={t('Paste a script or config here, or drop a file')}
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="import-buttons">
          <input
            ref={picker}
            type="file"
            className="visually-hidden"
            tabIndex={-1}
            aria-label={t('File to import')}
            accept=".sh,.bash,.slurm,.sbatch,.yaml,.yml,.json,.py,.txt"
            onChange={(event) => {
              const file = event.target.files?.[0]
              event.target.value = ''
              if (file) void importFile(file)
            }}
          />
          <Button icon={<FileUp size={15} aria-hidden />} onClick={() => picker.current?.click()}>
            {t('Choose a file…')}
          </Button>
          <HelpLink topic="other-trainers" />
          <Button kind="primary" disabled={text.trim() === ''} onClick={() => void importText(text, '')}>
            {t('Import the text')}
          </Button>
          <span className="quiet">{t('Nothing in it is run.')}</span>
        </div>
        {error && <Message tone="bad">{error}</Message>}
      </div>
    </details>
  )
}

function useImport(onImport: ImportPanelProps['onImport']) {
  const { client } = useServices()
  const [text, setText] = useState('')
  const [error, setError] = useState<string | null>(null)
  const importText = async (source: string, name: string): Promise<void> => {
    try {
      const result = await client.call('config.import', { text: source, name })
      setError(null)
      onImport(result, name)
    } catch (failure) {
      setError(errorSentence(failure))
    }
  }
  const importFile = async (file: File): Promise<void> => {
    let source: string
    try {
      source = await file.text()
    } catch {
      setError(
        t('“{file}” could not be read. It may have been moved, or be a folder; choose it again.', { file: file.name }),
      )
      return
    }
    setText(source)
    await importText(source, file.name)
  }
  return { text, setText, error, importText, importFile }
}
