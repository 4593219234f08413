/** A sentence that is shown in several languages: its English text, and what stands for the {names} in it. */
export interface Sentence {
  readonly text: string
  readonly values: Readonly<Record<string, string | number>>
}

/** The sentence in English, for the command line. */
export function plainSentence({ text, values }: Sentence): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
