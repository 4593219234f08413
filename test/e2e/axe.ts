import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** WCAG 2.2 A and AA, and what axe's makers recommend besides. */
export const allRules = [...standards, 'best-practice']

/** The rules that see colours, which are all that a theme changes. */
export const colourRules = ['color-contrast', 'link-in-text-block']

/**
 * What axe finds wrong on the page, `rule: where`. The page has no frames, so that the second page in which axe joins
 * the results of frames is left out, and only violations are described: both took most of the time.
 */
export async function violationsOf(page: Page, rules: readonly string[] = standards): Promise<string[]> {
  const kind = rules.every((rule) => colourRules.includes(rule)) ? 'rule' : 'tag'
  const axe = new AxeBuilder({ page }).setLegacyMode()
  const { violations } = await axe
    .options({ resultTypes: ['violations'], runOnly: { type: kind, values: [...rules] } })
    .analyze()
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ target }) => target.join(' '))
        .join(', ')}`,
  )
}
