const separator = /^---+[ \t]*$/m

/** The responses of a text in which a line of dashes parts them; blank ones are left out. */
export const splitResponses = (text: string): string[] =>
  text
    .split(separator)
    .map((response) => response.trim())
    .filter((response) => response !== '')

export const joinResponses = (responses: readonly string[]): string =>
  responses.map((response) => response.trim()).join('\n---\n')
