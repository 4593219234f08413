/** Tags as people type them, with commas between; each once. */
export const tagsOf = (text: string): string[] => [...new Set(text.split(',').flatMap((tag) => tag.trim() || []))]
