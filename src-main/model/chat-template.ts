/** Conversations as prompts, through the Jinja template of a model folder. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Template } from '@huggingface/jinja'
import { UserError } from '../util/assert.ts'
import type { JsonObject } from './json-file.ts'

export interface ChatMessage {
  readonly role: string
  readonly content: string
}

/** Prompt text of a conversation with the opening of the assistant's turn. @throws UserError when the template refuses. */
export type RenderChat = (messages: readonly ChatMessage[]) => string

/**
 * The template in `chat_template.jinja` (newer) or in `tokenizer_config.json`, if there is one.
 * @throws UserError when it is no Jinja.
 */
export async function openChatTemplate(folder: string, config: JsonObject): Promise<RenderChat | undefined> {
  const text = await templateText(folder, config)
  if (text === undefined) return undefined
  const template = parse(text, folder)
  const names = ['bos_token', 'eos_token', 'pad_token', 'unk_token']
  const tokens = Object.fromEntries(names.map((name) => [name, tokenText(config[name]) ?? '']))
  return (messages) => {
    try {
      return template.render({ ...tokens, messages, add_generation_prompt: true })
    } catch (error) {
      const roles = messages.map(({ role }) => role).join(', ')
      throw new UserError(
        `${folder}: the chat template cannot render a conversation of ${roles}: ${(error as Error).message}.`,
      )
    }
  }
}

const checksClock = /strftime_now\s+is\s+(not\s+)?defined/

/** A template that falls back to a fixed date where there is no clock sees none: a resumed run reads the same prompts. */
function parse(text: string, folder: string): Template {
  try {
    return new Template(checksClock.test(text) ? text.replaceAll('strftime_now', 'no_clock') : text)
  } catch (error) {
    throw new UserError(`${folder}: the chat template cannot be read: ${(error as Error).message}.`)
  }
}

async function templateText(folder: string, config: JsonObject): Promise<string | undefined> {
  const file = await readOptionalText(join(folder, 'chat_template.jinja'))
  if (file !== undefined) return file
  const inline = config.chat_template
  if (typeof inline === 'string') return inline
  if (!Array.isArray(inline)) return undefined
  const named = inline as readonly { name?: string; template?: string }[]
  return (named.find(({ name }) => name === 'default') ?? named[0])?.template
}

async function readOptionalText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** `eos_token` and the like: a string or an AddedToken object. */
export function tokenText(token: unknown): string | undefined {
  if (typeof token === 'string') return token
  const content = (token as { content?: unknown } | null | undefined)?.content
  return typeof content === 'string' ? content : undefined
}
