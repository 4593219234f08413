import { ListPlus, Play } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import type { ConfigIssue } from '../../../src-preload/contract/config.ts'
import type { Action } from '../../commands/actions.ts'
import { isMac, shortcutLabel } from '../../commands/actions.ts'
import { usePageActions } from '../../commands/registry.ts'
import { useServices } from '../../lib/context.tsx'
import { type ConfigDocument, readDocument } from '../../lib/form/config-document.ts'
import { schemaIssues } from '../../lib/form/issues.ts'
import { errorSentence, plural } from '../../lib/format.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { notify } from '../../lib/view-state.ts'
import { Button } from '../../ui/button.tsx'
import { Await, Message } from '../../ui/message.tsx'
import { ConfigForm } from './config-form.tsx'
import { MemoryPanel } from './memory-panel.tsx'
import { RecipeGallery } from './recipe-gallery.tsx'
import { WarningList } from './warning-list.tsx'
import { YamlView } from './yaml-view.tsx'
import './new-run.css'

/** A new run: choose a recipe, change what you like in the form or the YAML, start. */
export function NewRunPage({ recipeId }: { recipeId: string | undefined }) {
  const recipes = useCall('recipes.list', {}, { staleTimeMs: Infinity })
  return (
    <Await query={recipes} what="the recipes">
      {(all) => {
        const recipe = all.find((one) => one.id === recipeId) ?? all[0]
        return (
          <div className="page">
            <div className="page-head">
              <h1>New run</h1>
              <span className="quiet">Choose a recipe, change what you like, start.</span>
            </div>
            <RecipeGallery recipes={all} chosen={recipe?.id} />
            <Editor key={recipe?.id ?? 'none'} yaml={recipe?.yaml ?? ''} />
          </div>
        )
      }}
    </Await>
  )
}

/** How long after the last change the services are asked about files and about how fields fit each other. */
const checkAfterMs = 300

function Editor({ yaml }: { yaml: string }) {
  const [document, setDocument] = useState<ConfigDocument>(() => readDocument(yaml))
  const { issues, checking } = useIssues(document)
  const { start, queue, starting, error } = useStart(document, issues)
  const actions = useMemo<readonly Action[]>(
    () => [
      {
        id: 'new.start',
        label: 'Start the run',
        shortcut: '$mod+Enter',
        section: 'New run',
        enabled: start !== null,
        run: () => start?.(),
      },
      {
        id: 'new.queue',
        label: 'Queue the run',
        shortcut: '$mod+Shift+Enter',
        section: 'New run',
        enabled: queue !== null,
        run: () => queue?.(),
      },
    ],
    [start, queue],
  )
  usePageActions(actions)
  return (
    <>
      <div className="editor">
        <ConfigForm document={document} issues={issues} onChange={setDocument} />
        <YamlView document={document} issues={issues} onChange={setDocument} />
      </div>
      <MemoryPanel config={document.text} ready={document.syntaxError === null && !checking && issues.length === 0} />
      <footer className="start-bar">
        <WarningList document={document} />
        {error ? <Message tone="bad">{error}</Message> : <IssueSummary document={document} issues={issues} />}
        <Button
          icon={<ListPlus size={15} aria-hidden />}
          disabled={queue === null}
          title="Puts the run at the end of the queue; it starts when it is its turn"
          onClick={() => queue?.()}
        >
          Queue
        </Button>
        <Button
          kind="primary"
          icon={<Play size={15} aria-hidden />}
          disabled={start === null || starting}
          onClick={() => start?.()}
        >
          {starting ? 'Starting…' : checking ? 'Checking…' : 'Start the run'}{' '}
          <kbd>{shortcutLabel('$mod+Enter', isMac())}</kbd>
        </Button>
      </footer>
    </>
  )
}

function IssueSummary({ document, issues }: { document: ConfigDocument; issues: readonly ConfigIssue[] }) {
  if (document.syntaxError)
    return <Message tone="bad">{document.syntaxError} The form shows the last good values.</Message>
  if (issues.length === 0) return <span className="quiet">Everything fits.</span>
  const first = issues[0]!
  return (
    <Message tone="bad">
      {plural(issues.length, 'setting')} to mend. <code>{first.path}</code>: {first.message}
    </Message>
  )
}

/** The schema's complaints at once; then, a moment after typing, those of the services. */
function useIssues(document: ConfigDocument): { issues: readonly ConfigIssue[]; checking: boolean } {
  const { client } = useServices()
  const [checked, setChecked] = useState<{ text: string; issues: readonly ConfigIssue[] }>({ text: '', issues: [] })
  const own = useMemo(() => (document.syntaxError ? [] : schemaIssues(document.value)), [document])
  const ask = document.syntaxError === null && own.length === 0
  useEffect(() => {
    if (!ask) return
    let current = true
    const timer = setTimeout(() => {
      client.call('runs.check', { config: document.text }).then(
        ({ issues }) => current && setChecked({ text: document.text, issues }),
        (error: unknown) =>
          current && setChecked({ text: document.text, issues: [{ path: '', message: errorSentence(error) }] }),
      )
    }, checkAfterMs)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [client, document.text, ask])
  if (!ask) return { issues: own, checking: false }
  const known = checked.text === document.text
  return { issues: known ? checked.issues : [], checking: !known }
}

function useStart(document: ConfigDocument, issues: readonly ConfigIssue[]) {
  const { client } = useServices()
  const [, go] = useLocation()
  const [state, setState] = useState<{ starting: boolean; error: string | null }>({ starting: false, error: null })
  const ready = document.syntaxError === null && issues.length === 0 && !state.starting
  const calls = useMemo(() => {
    const make = (queue: boolean, made: (id: string) => void) => async (): Promise<void> => {
      setState({ starting: true, error: null })
      try {
        const { id } = await client.call('runs.create', { config: document.text, queue })
        made(id)
      } catch (error) {
        setState({ starting: false, error: errorSentence(error) })
      }
    }
    // The page stays, so that more runs can follow.
    const queued = (id: string): void => {
      setState({ starting: false, error: null })
      notify('info', 'The run is in the queue.', { label: 'Show', run: () => go(links.run(id)) })
    }
    return { start: make(false, (id) => go(links.run(id))), queue: make(true, queued) }
  }, [client, document.text, go])
  return { ...(ready ? calls : { start: null, queue: null }), ...state }
}
