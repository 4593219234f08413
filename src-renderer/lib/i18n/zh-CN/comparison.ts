/** Curves of several runs and the report of a comparison. */
export const comparison: Readonly<Record<string, string>> = {
  'Become right': '变对',
  'Become wrong': '变错',
  Better: '更好',
  'Save the report': '保存报告',
  'Mean step': '平均步数',
  'Mean step of the baseline': '基线的平均步数',
  'Share of wins, 95 %': '胜出比例，95 %',
  'Sign test, p': '符号检验，p',
  Worse: '更差',
  '{run} wins {share} of those that differ (95 %: {low} to {high}).':
    '在结果不同的题目中，{run} 胜出 {share}（95 %：{low} 至 {high}）。',
  'Flips: {gained} become right, {lost} wrong.': '翻转：{gained} 题变对，{lost} 题变错。',
  flip: '翻转',
  'Difference to the baseline': '与基线之差',
  'mean and one standard error': '均值与一个标准误',
  'mean, least to greatest': '均值，最小到最大',
  'one by one': '逐个显示',
  '{name}, {count} seeds': '{name}，{count} 个种子',
}
