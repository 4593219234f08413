/** Which card there is, as one JSON line; ends with a sentence where none answers. */
import { openCard } from './open-card.ts'

try {
  const driver = openCard()
  console.log(JSON.stringify(driver.card))
  driver.dispose()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
