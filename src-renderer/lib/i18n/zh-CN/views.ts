/** Scales of the heatmap. */
export const views: Readonly<Record<string, string>> = {
  'Logarithmic colour scale': '对数颜色刻度',
  'Logarithmic colour scale: tells small values apart': '对数颜色刻度：便于区分较小的值',
  logarithmic: '对数',
}
