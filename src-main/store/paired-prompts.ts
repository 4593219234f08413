import type { PromptPair, PromptPairs } from '../../src-preload/contract/run.ts'
import { allRows, type Query, type ReadDb, sql } from './sql.ts'

interface Group {
  readonly id: number
  readonly step: number
  readonly promptId: string
  readonly prompt: string
  readonly answer: string
  readonly accuracy: number
}

type GroupPair = readonly [left: Group, right: Group]

/** The groups of a run, by step. */
export const groupsOfRunQuery = (runId: string): Query => sql`
  SELECT id, step, prompt_id AS promptId, prompt, answer, accuracy FROM rollout_groups
  WHERE run_id = ${runId} ORDER BY step, group_index`

/** Whether at least half of the responses to a prompt are right. */
const isRight = ({ accuracy }: Group): boolean => accuracy >= 0.5

/** The prompts that two runs share, flips first, then those answered most differently, with a response of each that shows it. */
export function pairedPrompts(db: ReadDb, left: string, right: string, limit: number): PromptPairs {
  const groups = pairedGroups(allRows(db, groupsOfRunQuery(left)), allRows(db, groupsOfRunQuery(right)))
  const count = (fits: (...pair: GroupPair) => boolean): number => groups.filter((pair) => fits(...pair)).length
  const meanStep = (side: 0 | 1): number =>
    groups.reduce((sum, pair) => sum + pair[side].step, 0) / Math.max(1, groups.length)
  return {
    prompts: groups.length,
    leftMeanStep: meanStep(0),
    rightMeanStep: meanStep(1),
    leftBetter: count((one, other) => one.accuracy > other.accuracy),
    gained: count((one, other) => !isRight(one) && isRight(other)),
    lost: count((one, other) => isRight(one) && !isRight(other)),
    rightBetter: count((one, other) => one.accuracy < other.accuracy),
    pairs: groups.slice(0, limit).map((pair) => shownPair(db, pair)),
  }
}

/** One pair for each prompt of both runs. */
function pairedGroups(lefts: readonly Group[], rights: readonly Group[]): GroupPair[] {
  const idOf = ({ promptId }: Group): string => promptId
  const others = Map.groupBy(rights, idOf)
  const pairs = [...Map.groupBy(lefts, idOf)].flatMap(([id, own]) => {
    const found = others.get(id)
    return found ? [nearestGroups(own, found)] : []
  })
  // The same id in another data set is another prompt.
  return pairs.filter(([left, right]) => left.prompt === right.prompt).sort(byInterest)
}

/** The two groups, one of each list, that are the fewest steps apart; the later ones of equally near. Both lists ascend and are not empty. */
function nearestGroups(lefts: readonly Group[], rights: readonly Group[]): GroupPair {
  let best: GroupPair = [lefts[0]!, rights[0]!]
  let before = 0
  for (const left of lefts) {
    while (before + 1 < rights.length && rights[before + 1]!.step <= left.step) before++
    for (const right of rights.slice(before, before + 2)) if (isNearer([left, right], best)) best = [left, right]
  }
  return best
}

function isNearer(pair: GroupPair, than: GroupPair): boolean {
  const [own, other] = [pair, than].map(([left, right]) => Math.abs(left.step - right.step)) as [number, number]
  return own < other || (own === other && pair[0].step + pair[1].step > than[0].step + than[1].step)
}

/** Flips first, then the greatest difference. */
function byInterest([left, right]: GroupPair, [otherLeft, otherRight]: GroupPair): number {
  const flips = Number(isRight(otherLeft) !== isRight(otherRight)) - Number(isRight(left) !== isRight(right))
  const difference = Math.abs(otherLeft.accuracy - otherRight.accuracy) - Math.abs(left.accuracy - right.accuracy)
  return flips || difference || (left.promptId < otherLeft.promptId ? -1 : 1)
}

function shownPair(db: ReadDb, [left, right]: GroupPair): PromptPair {
  return {
    promptId: left.promptId,
    prompt: left.prompt,
    answer: left.answer,
    leftStep: left.step,
    rightStep: right.step,
    leftAccuracy: left.accuracy,
    rightAccuracy: right.accuracy,
    leftId: responseOf(db, left.id, left.accuracy >= right.accuracy),
    rightId: responseOf(db, right.id, left.accuracy < right.accuracy),
  }
}

/** The first response of a group that is right (or wrong), or else its first. */
function responseOf(db: ReadDb, groupId: number, correct: boolean): number {
  const [row] = allRows<{ id: number }>(
    db,
    sql`SELECT id FROM rollouts WHERE group_id = ${groupId}
        ORDER BY correct = ${Number(correct)} DESC, response_index LIMIT 1`,
  )
  return row?.id ?? 0
}
