/** Names that folders of one's own have, and no organisation. */
const ownFolders = /^(models?|data|datasets?|checkpoints?|ckpts?|outputs?|runs?|weights)\//i

/** Whether a text has the form of a Hugging Face id, `organisation/name`, and not that of a path to a file or folder. */
export const looksLikeHubId = (text: string): boolean =>
  /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/.test(text) &&
  !ownFolders.test(text) &&
  !/\.(parquet|jsonl?|csv|tsv|safetensors)$/i.test(text)
