import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { appFolder } from './resources.ts'

/** Version of Quiver, from package.json. */
export const version = (JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8')) as { version: string })
  .version
