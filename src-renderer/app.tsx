import { lazy, type ReactNode, Suspense, useEffect, useMemo } from 'react'
import { Route, Router, Switch } from 'wouter'
import type { Action } from './commands/actions.ts'
import { globalActions } from './commands/global-actions.ts'
import { bindKeys } from './commands/keys.ts'
import { Palette } from './commands/palette.tsx'
import { useActions } from './commands/registry.ts'
import { ShortcutSheet } from './commands/shortcut-sheet.tsx'
import { things } from './commands/things.ts'
import { changeSettings } from './lib/change-settings.ts'
import { useServices } from './lib/context.tsx'
import { navigate, useHashLocation } from './lib/hash-location.ts'
import { useLanguage } from './lib/i18n/language.ts'
import { usePageScroll } from './lib/page-scroll.ts'
import { useCall } from './lib/queries.ts'
import { useTheme, useView } from './lib/view-state.ts'
import { ComparePage } from './pages/compare/page.tsx'
import { CurriculumPage } from './pages/curriculum/page.tsx'
import { DevicesPage } from './pages/devices/page.tsx'
import { NewRunPage } from './pages/new-run/page.tsx'
import { PairPage } from './pages/pair/page.tsx'
import { RolloutPage } from './pages/rollout/page.tsx'
import { RolloutsPage } from './pages/rollouts/page.tsx'
import { RunPage } from './pages/run/page.tsx'
import { RunsPage } from './pages/runs/page.tsx'
import { SamplePage } from './pages/sample/page.tsx'
import { ScorePage } from './pages/score/page.tsx'
import { UnknownPage } from './pages/unknown/page.tsx'
import { VerifiersPage } from './pages/verifiers/page.tsx'
import { ConnectionBanner } from './ui/connection-banner.tsx'
import { ErrorBoundary } from './ui/error-boundary.tsx'
import { openNotices } from './ui/notice-menu.tsx'
import { Notices } from './ui/notices.tsx'
import { QuestionDialog } from './ui/question-dialog.tsx'
import { pageBoxId, TopBar } from './ui/top-bar.tsx'

// The reader of Markdown loads with the first page of the help.
const HelpPage = lazy(async () => ({ default: (await import('./pages/help/page.tsx')).HelpPage }))

/** The frame around every page. */
export function App() {
  const [path] = useHashLocation()
  const theme = useTheme()
  const setting = useView((view) => view.settings.theme)
  useEffect(() => {
    if (setting === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
  }, [setting, theme])
  return (
    <Router hook={useHashLocation} key={useLanguage()}>
      <div className="frame">
        <TopBar />
        <ConnectionBanner />
        <PageBox>
          <ErrorBoundary address={path}>
            <Pages />
          </ErrorBoundary>
        </PageBox>
      </div>
      <Commands />
      <QuestionDialog />
      <Notices />
    </Router>
  )
}

function PageBox({ children }: { children: ReactNode }) {
  return (
    <main ref={usePageScroll()} id={pageBoxId} className="page-scroll" tabIndex={-1}>
      {children}
    </main>
  )
}

function Pages() {
  return (
    <Switch>
      <Route path="/">{() => <RunsPage />}</Route>
      <Route path="/new/:recipe?">{({ recipe }) => <NewRunPage key={recipe ?? ''} recipeId={recipe} />}</Route>
      <Route path="/runs/:id/rollouts/:step?">
        {({ id, step }) => <RolloutsPage key={id} id={id} step={step === undefined ? undefined : Number(step)} />}
      </Route>
      <Route path="/runs/:id/:tab?">{({ id, tab }) => <RunPage key={id} id={id} tab={tab ?? 'curves'} />}</Route>
      <Route path="/rollout/:rolloutId">{({ rolloutId }) => <RolloutPage rolloutId={Number(rolloutId)} />}</Route>
      <Route path="/pair/:left/:right">
        {({ left, right }) => <PairPage key={`${left} ${right}`} left={Number(left)} right={Number(right)} />}
      </Route>
      <Route path="/compare/:ids?">
        {({ ids }) => <ComparePage ids={ids === undefined ? [] : decodeURIComponent(ids).split(',')} />}
      </Route>
      <Route path="/curriculum/:pass?">{({ pass }) => <CurriculumPage passId={pass} />}</Route>
      <Route path="/score/:rolloutId">{({ rolloutId }) => <ScorePage rolloutId={Number(rolloutId)} />}</Route>
      <Route path="/help/:topic?">
        {({ topic }) => (
          <Suspense>
            <HelpPage topic={topic ?? 'getting-started'} />
          </Suspense>
        )}
      </Route>
      <Route path="/sample">{() => <SamplePage />}</Route>
      <Route path="/verifiers">{() => <VerifiersPage />}</Route>
      <Route path="/devices">{() => <DevicesPage />}</Route>
      <Route>
        <UnknownPage />
      </Route>
    </Switch>
  )
}

/** The palette, the sheet and the keys: three faces of one list of actions. */
function Commands() {
  const { client } = useServices()
  const paletteOpen = useView((view) => view.paletteOpen)
  const shortcutsOpen = useView((view) => view.shortcutsOpen)
  const global = useMemo(
    () =>
      globalActions({
        go: navigate,
        openPalette: () => useView.setState({ paletteOpen: true }),
        openShortcuts: () => useView.setState({ shortcutsOpen: true }),
        openNotices,
        change: (settings) => changeSettings(client, settings),
      }),
    [client],
  )
  const actions = useActions(global)
  useEffect(() => bindKeys(window, actions), [actions])
  return (
    <>
      {paletteOpen && <OpenPalette actions={actions} onClose={() => useView.setState({ paletteOpen: false })} />}
      {shortcutsOpen && <ShortcutSheet actions={actions} onClose={() => useView.setState({ shortcutsOpen: false })} />}
    </>
  )
}

/** The palette with everything that has a name. */
function OpenPalette({ actions, onClose }: { actions: readonly Action[]; onClose: () => void }) {
  const { live } = useServices()
  const [path] = useHashLocation()
  const recipes = useCall('recipes.list', {}, { staleTimeMs: Number.POSITIVE_INFINITY }).data
  const runs = live.runs()
  const shown = /^\/runs\/([^/]+)/.exec(path)?.[1]
  const more = useMemo(
    () => things({ runs: runs ?? [], recipes: recipes ?? [], runId: shown ?? runs?.[0]?.id, go: navigate }),
    [runs, recipes, shown],
  )
  return <Palette actions={actions} more={more} onClose={onClose} />
}
