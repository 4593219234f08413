import { msg } from './i18n/translate.ts'

/** The pages of the help in reading order; `id` is the name of the file in `resources/docs`, in Chinese in `zh-CN` there. */
export const helpTopics = [
  { id: 'getting-started', title: msg('Getting started') },
  { id: 'runs', title: msg('Runs') },
  { id: 'other-trainers', title: msg('Coming from other trainers') },
  { id: 'verifiers', title: msg('Verifiers') },
  { id: 'sandbox', title: msg('Sandbox') },
  { id: 'devices', title: msg('Devices') },
  { id: 'cuda', title: msg('Kernels for NVIDIA cards') },
] as const

export type HelpTopic = (typeof helpTopics)[number]['id']
