import { type Settings, settingsSchema } from '../../src-preload/contract/settings.ts'
import { allRows, execute, type ReadDb, sql, transaction, type WriteDb } from './sql.ts'

/** The app's settings: defaults where nothing, or nothing valid, is stored. */
export function settings(db: ReadDb): Settings {
  const rows = allRows<{ name: string; value: string }>(db, sql`SELECT name, value FROM settings`)
  const fields = settingsSchema.shape
  const valid = rows.flatMap(({ name, value }) => {
    const field = Object.hasOwn(fields, name) ? fields[name as keyof typeof fields] : undefined
    const parsed = field?.safeParse(JSON.parse(value))
    return parsed?.success ? [[name, parsed.data] as const] : []
  })
  return settingsSchema.parse(Object.fromEntries(valid))
}

/** Changes some settings and returns all. */
export function changeSettings(
  db: WriteDb,
  changes: { readonly [Name in keyof Settings]?: Settings[Name] | undefined },
): Settings {
  transaction(db, () => {
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) continue
      execute(db, sql`INSERT OR REPLACE INTO settings (name, value) VALUES (${name}, ${JSON.stringify(value)})`)
    }
  })
  return settings(db)
}
