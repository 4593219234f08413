import type { DatasetRow } from './dataset.ts'

/** What a prompt needs of a tokenizer. */
export interface ChatRenderer {
  /** Renders chat messages with the model's template, the generation prompt added. */
  applyChatTemplate(messages: readonly ChatMessage[]): string
}

export interface ChatMessage {
  readonly role: string
  readonly content: string
}

/** The text a problem is put to the model with: plain prompts through the run's template, messages through the chat template. */
export function renderPrompt({ prompt }: DatasetRow, template: string, tokenizer: ChatRenderer): string {
  return typeof prompt === 'string'
    ? template.replaceAll('{prompt}', () => prompt)
    : tokenizer.applyChatTemplate(prompt)
}
