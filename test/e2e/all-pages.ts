import { groupsOfStep } from '../../src-main/store/rollouts.ts'
import type { SampleWorkspace } from './sample-workspace.ts'

/** An address of the app, and what is on the page once it has come. */
export type PageOf = readonly [address: string, shows: string]

/** Every page and view of a sample workspace. */
export function allPages({ db, archer, grpo }: SampleWorkspace): readonly PageOf[] {
  const [one, other] = groupsOfStep(db, archer, 30)[1]!.rollouts
  return [
    ['/', 'table >> text=archer-arithmetic'],
    [`/runs/${archer}`, 'figure >> text=Clipped by class'],
    [`/runs/${archer}/tokens`, '.token-cloud a'],
    [`/runs/${archer}/events`, 'text=Held-out evaluations'],
    [`/runs/${archer}/config`, 'text=token_entropy_quantile: 0.8'],
    [`/runs/${archer}/log`, 'text=The log is empty'],
    [`/runs/${archer}/rollouts/30`, 'text=32 responses'],
    [`/runs/${archer}/rollouts?q=${encodeURIComponent('wrong step>58')}`, 'text=/\\d+ responses/'],
    [`/rollout/${one!.id}`, 'text=Reasoning above quantile'],
    [`/pair/${one!.id}/${other!.id}`, 'text=Two responses'],
    [`/score/${one!.id}`, 'text=Scored by another model'],
    ['/new', 'text=token_entropy_quantile'],
    ['/compare', 'text=Choose two or more runs'],
    [`/compare/${archer},${grpo}`, 'text=method.epsilon_high'],
    ['/curriculum', 'text=semantic entropy, nats'],
    ['/verifiers', 'text=Check 3 responses'],
    ['/sample', 'text=Nothing sampled yet'],
    // The trials of the devices run on: this is the page that waits for them, or shows them.
    ['/devices', 'h1 >> text=Devices'],
    ['/help/getting-started', 'main h1'],
  ]
}
