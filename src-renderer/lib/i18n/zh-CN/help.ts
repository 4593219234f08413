/** The pages of the help. */
export const help: Readonly<Record<string, string>> = {
  'Coming from other trainers': '从其他训练器迁移',
  'Getting started': '入门',
  Help: '帮助',
  'Help: {topic}': '帮助：{topic}',
  'Kernels for NVIDIA cards': 'NVIDIA 显卡上的内核',
  Sandbox: '沙箱',
  'The help has no page “{topic}”. Its pages are listed beside.': '帮助中没有“{topic}”页。所有页面列在旁边。',
}
