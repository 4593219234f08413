/** Where the settings of a run come from, as far as it is said in words; names of papers and of settings stay as they are. */
export const sources: Readonly<Record<string, string>> = {
  '80/20, after DAPO': '80/20，沿用 DAPO',
  'Archer repository, overlong filter': 'Archer 代码仓库的超长过滤',
  'Archer scripts': 'Archer 脚本',
  'Archer, paper and repository differ': 'Archer，论文与代码仓库不同',
  'CE-GPPO scripts': 'CE-GPPO 脚本',
  'CE-GPPO, 1.5B setting': 'CE-GPPO 的 1.5B 设置',
  'DAPO; Archer drops without refill': 'DAPO；Archer 只丢弃，不补足',
  'FlexEC, unverified: secondary sources only': 'FlexEC，未经核实：只有二手来源',
  'SENT repository': 'SENT 代码仓库',
  'SENT scripts': 'SENT 脚本',
  'SENT scripts: 5': 'SENT 脚本：5',
  'SENT, as in its rollouts': 'SENT，与其采样相同',
  'dual clip, arXiv 1912.09729': '双重裁剪，arXiv 1912.09729',
  'not in the paper': '论文中没有',
  'not published; 4 : 1 as in the repository': '未公开；与代码仓库一样取 4 : 1',
  'not published; the repository’s KL coefficient': '未公开；取代码仓库的 KL 系数',
  'quantile: Archer, 80/20; fraction: SENT repository': 'quantile：Archer、80/20；fraction：SENT 代码仓库',
  'the paper sums probabilities; counts estimate the same mass from samples of the policy':
    '论文对概率求和；counts 由策略的样本估计同一概率质量',
  'verl scores always': 'verl 总是重新打分',
}
