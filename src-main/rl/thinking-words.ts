import { type WordKind, wordKinds } from '../../src-preload/contract/diagnostics.ts'

/** Words by which a response shows what it is doing, after the seven kinds that the Archer repository counts. */
const lists: Readonly<Record<WordKind, string>> = {
  thinking:
    'think thinking thought reason reasoning infer deduce derive consider suppose assume imagine guess believe recall remember realize notice understand wonder analyze analysis examine explore investigate',
  planning:
    'plan planning approach strategy step steps first second third next then finally start begin proceed continue goal aim try attempt method procedure prepare organize outline set',
  evaluation: 'check checking verify test confirm validate evaluate assess compare measure inspect prove',
  decision:
    'decide decision choose choice select pick prefer conclude conclusion determine settle accept reject answer result final must should',
  reflection:
    'wait actually hmm however alternatively reconsider rethink revisit mistake wrong error again correct oops',
  concepts:
    'number equation formula variable value function sum product factor ratio fraction theorem definition property set case',
  connectives:
    'because since therefore thus hence so if when while although though but and or also moreover furthermore besides instead otherwise unless until whereas given consequently accordingly meanwhile nevertheless still',
}

const kindOf: ReadonlyMap<string, readonly WordKind[]> = new Map(
  Object.entries(
    Object.groupBy(
      wordKinds.flatMap((kind) => lists[kind].split(' ').map((word) => ({ word, kind }))),
      ({ word }) => word,
    ),
  ).map(([word, entries]) => [word, entries!.map(({ kind }) => kind)]),
)

/** How many words of each kind a text has: lower case, split at white space, punctuation stripped. */
export function countWords(text: string): Record<WordKind, number> {
  const counts = Object.fromEntries(wordKinds.map((kind) => [kind, 0])) as Record<WordKind, number>
  for (const token of text.toLowerCase().split(/\s+/))
    for (const kind of kindOf.get(token.replace(/[^\p{L}\p{N}]/gu, '')) ?? []) counts[kind]++
  return counts
}
