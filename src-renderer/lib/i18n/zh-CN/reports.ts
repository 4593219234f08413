/** Reports of runs and comparisons, and the steps whose values are shown. */
export const reports: Readonly<Record<string, string>> = {
  'Bold lines are smoothed with weight {weight}; faint lines and numbers are as recorded.':
    '粗线以权重 {weight} 平滑；细线和数值为记录的原始值。',
  Contents: '目录',
  'Curves, difference to the baseline': '曲线（与基线之差）',
  'Facts, evaluations, curves, values and config as one page to keep or print.':
    '将概况、评估、曲线、数值和配置保存为一个可留存或打印的页面。',
  Greatest: '最大值',
  Least: '最小值',
  Mean: '均值',
  'Metrics, {which}': '指标，{which}',
  'Report of the run': '运行报告',
  'Several steps, such as 10, 20, 40-60, are averaged': '多个步（例如 10, 20, 40-60）取均值',
  Value: '值',
  'Values: {which}. In brackets the change against the baseline {name}: of shares in points, else in percent of its value.':
    '取值：{which}。括号内为相对于基线 {name} 的变化：占比以百分点表示，其余以基线值的百分比表示。',
  'Values at': '取值于',
  'Writing…': '正在写入…',
  '{now} (step {step}: {before})': '{now}（第 {step} 步：{before}）',
  'best step': '最佳步',
  'given steps': '指定步',
  'last step': '最后一步',
  'mean over steps {steps}': '第 {steps} 步的均值',
  'the best step': '最佳步',
  'the last step': '最后一步',
}
