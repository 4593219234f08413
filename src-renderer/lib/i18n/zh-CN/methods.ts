/** Descriptions of the methods and their options. Names of methods and options stay as they are. */
export const methods: Readonly<Record<string, string>> = {
  '80/20 (entropy mask)': '80/20（熵掩码）',
  'Adaptive: largest weight.': '自适应：权重上限。',
  'Adaptive: least weight.': '自适应：权重下限。',
  'Adaptive: step of the weight per rollout batch.': '自适应：每个采样批次权重的调整步长。',
  'Adaptive: the bonus acts while the rollout’s mean entropy is at most this.':
    '自适应：采样的平均熵不超过此值时熵奖励生效。',
  'Class of a token exactly at the threshold. `form`: as the form says.':
    '恰好等于阈值的 token 归入哪一类。`form`：由 form 决定。',
  'Clip bounds that depend on the token’s probability and move over the run, to raise or lower entropy.':
    '裁剪界随 token 概率变化并随训练移动，用于升高或降低熵。',
  'Clip-higher and token-mean loss; pair it with group refill and the overlong settings.':
    'clip-higher 与按 token 平均的损失；宜搭配组补采样和超长惩罚设置。',
  'Constant clip width that the dynamic ones are mixed with.': '与动态裁剪宽度混合的固定裁剪宽度。',
  'Covariance above which a low-entropy token gets the strong KL instead; empty uses the share.':
    '协方差高于此值的低熵 token 使用强 KL；留空则按比例选取。',
  'DAPO that learns from the fifth of the tokens with the highest entropy only.':
    '只从熵最高的五分之一 token 学习的 DAPO。',
  'Dual clip: bound on the loss of a negative advantage; empty turns it off.':
    '双重裁剪：对负优势损失的上界；留空则关闭。',
  'Dual-token constraints: loose clip and weak KL on high-entropy reasoning tokens, tight clip and strong KL on low-entropy knowledge tokens, in one update.':
    '双 token 约束：同一次更新中，对高熵推理 token 用宽松裁剪和弱 KL，对低熵知识 token 用严格裁剪和强 KL。',
  'Estimate of a token’s entropy change: from the sampled token, the exact first-order change, or the printed expectation over the vocabulary (for comparison: its sign is the advantage’s). Only the exact form holds entropy to first order; the sampled one counts unlikely tokens too much, which shows where lambda is not small. The last two cost a forward pass.':
    'token 熵变化的估计：由采样 token 估计、精确的一阶变化，或论文所印的词表期望（供对比：其符号等于优势的符号）。只有精确形式能在一阶意义下保持熵；采样形式高估低概率 token，在 λ 不小时会显现。后两种需要一次额外的前向计算。',
  'Estimate of the KL from the sampled token; k3+ has the value of k3 and the gradient of k2. full: the KL itself, over the whole vocabulary, for one more pass of the reference per update.':
    '由采样 token 估计 KL；k3+ 取 k3 的值和 k2 的梯度。full：整个词表上的 KL 本身，每次更新多一次参考模型前向计算。',
  'Fixed entropy that splits the tokens, for the statistic `threshold`.':
    '统计量为 `threshold` 时划分 token 的固定熵值。',
  'GRPO with a reward for the entropy itself, of fixed or adaptive weight.':
    '对熵本身给予奖励的 GRPO，权重固定或自适应。',
  'GRPO without its two biases: rewards are centred but not scaled, and token losses are divided by a constant instead of the response length.':
    '去除两种偏差的 GRPO：奖励只中心化不缩放，token 损失除以常数而非回答长度。',
  'Gradient kept for negative advantages below the lower clip; 0.75 for 7B.':
    '低于下界的负优势保留的梯度系数；7B 模型用 0.75。',
  'Gradient kept for positive advantages above the upper clip.': '高于上界的正优势保留的梯度系数。',
  'Group-relative policy optimisation with one symmetric clip.': '使用单一对称裁剪的组相对策略优化。',
  'How the thresholds move: increase then decrease (ID), decrease, increase, decrease (DID), or oscillatory decay that follows the measured entropy (OD).':
    '阈值如何变化：先升后降（ID）、降—升—降（DID），或跟随实测熵的振荡衰减（OD）。',
  'How token losses become one number. `form`: as the form says.': 'token 损失如何汇总为一个数。`form`：由 form 决定。',
  'How token losses become one number: over all tokens, or over responses first.':
    'token 损失如何汇总为一个数：对所有 token 平均，或先在回答内平均。',
  'ID and DID: raise the lower width over a tenth of the second phase instead of jumping to it.':
    'ID 和 DID：在第二阶段的前十分之一内逐渐提高下宽度，而不是直接跳变。',
  'KL to the reference on low-entropy tokens, stronger where covariance is high; meant to run under the semantic-entropy curriculum.':
    '对低熵 token 施加到参考模型的 KL，协方差高处更强；宜配合语义熵课程使用。',
  'KL weight of knowledge tokens.': '知识 token 的 KL 权重。',
  'KL weight of low-entropy tokens of high covariance.': '高协方差低熵 token 的 KL 权重。',
  'KL weight of low-entropy tokens.': '低熵 token 的 KL 权重。',
  'KL weight of reasoning tokens.': '推理 token 的 KL 权重。',
  'Low-entropy tokens lie below this entropy instead; empty uses the quantile.':
    '改用熵值划分低熵 token：低于此值者；留空则用分位数。',
  'Lower clip width of a token of probability 0.': '概率为 0 的 token 的下裁剪宽度。',
  'Lower clip width of knowledge tokens.': '知识 token 的下裁剪宽度。',
  'Lower clip width of reasoning tokens.': '推理 token 的下裁剪宽度。',
  'Lower clip width of the importance ratio.': '重要性比率的下裁剪宽度。',
  'Lower clip width of the importance ratio; the published scripts leave it open.':
    '重要性比率的下裁剪宽度；公开脚本中不设限。',
  'Lower width of the weight; 1 leaves it unbounded below.': '权重的下宽度；1 表示下方无界。',
  'Move the weight so that entropy stays near the target.': '调整权重，使熵保持在目标附近。',
  'No ratio clip; the few tokens of highest covariance are held to the rollout policy.':
    '不裁剪比率；把协方差最高的少数 token 约束在采样策略附近。',
  'OD: lowest entropy, as a part of the entropy at the start.': 'OD：最低熵，以初始熵的比例表示。',
  'One importance ratio per response, the geometric mean of its tokens’ ratios, clipped as a whole.':
    '每个回答一个重要性比率（各 token 比率的几何平均），整体裁剪。',
  'Part of the run after which ID and DID change phase.': 'ID 和 DID 切换阶段时已完成的训练比例。',
  'Removes the gradient of a few tokens, drawn at random among those of high covariance.':
    '在高协方差 token 中随机抽取少数，去除其梯度。',
  'SENT (repository)': 'SENT（代码仓库版）',
  'Share of the low-entropy tokens, at least one, at each end of the covariance.':
    '协方差两端各选取的低熵 token 比例，至少一个。',
  'Share of the low-entropy tokens, at least one, of highest covariance.': '协方差最高的低熵 token 比例，至少一个。',
  'Share of the mini-batch’s tokens, those of lowest entropy.': '小批次中熵最低的 token 比例。',
  'Share of the tokens, at least one, of highest covariance that are held back; the original k_percent is 100 times this.':
    '受约束的最高协方差 token 比例，至少一个；原 k_percent 是此值的 100 倍。',
  'Share of the tokens, at least one, whose gradient is removed; the original k_percent is 100 times this.':
    '去除梯度的 token 比例，至少一个；原 k_percent 是此值的 100 倍。',
  'Share of the tokens, those of highest entropy, that are learned from; 1 keeps all.':
    '参与学习的最高熵 token 比例；1 表示全部。',
  'Slope of the lower clip width in the token’s probability.': '下裁剪宽度随 token 概率变化的斜率。',
  'Slope of the upper clip width in the token’s probability.': '上裁剪宽度随 token 概率变化的斜率。',
  'Strictly on policy: tokens that raise entropy and tokens that lower it are weighted so that their flows balance. One update per rollout batch.':
    '严格同策略：对升熵和降熵的 token 加权，使两者的熵流平衡。每个采样批次一次更新。',
  'The clipped ratio weights the log-probability, so that no token loses its gradient.':
    '用裁剪后的比率给对数概率加权，任何 token 都不会失去梯度。',
  'Tokens above this quantile of the entropies in scope are reasoning tokens.':
    '熵高于所选范围内此分位数的 token 为推理 token。',
  'Tokens among which the entropy threshold is taken. With `micro-batch` it depends on update.micro_batch_tokens.':
    '在哪个范围的 token 中计算熵阈值。选 `micro-batch` 时结果取决于 update.micro_batch_tokens。',
  'Tokens below this quantile of the mini-batch’s entropies are low-entropy tokens.':
    '熵低于小批次此分位数的 token 为低熵 token。',
  'Tokens outside the clip keep a bounded gradient, so that entropy can be steered from both sides.':
    '裁剪范围外的 token 保留有界的梯度，从而可从两侧调控熵。',
  'Tokens with a covariance above this can be picked.': '协方差高于此值的 token 可被选中。',
  'Tokens with a covariance below this can be picked.': '协方差低于此值的 token 可被选中。',
  'Upper clip width of a token of probability 0.': '概率为 0 的 token 的上裁剪宽度。',
  'Upper clip width of knowledge tokens.': '知识 token 的上裁剪宽度。',
  'Upper clip width of reasoning tokens.': '推理 token 的上裁剪宽度。',
  'Upper clip width of the importance ratio.': '重要性比率的上裁剪宽度。',
  'Upper clip width of the ratio.': '比率的上裁剪宽度。',
  'Upper clip width: clip-higher leaves room for unlikely tokens.': '上裁剪宽度：clip-higher 给低概率 token 留出空间。',
  'Upper width of the weight; TRL’s cap of 5 is a width of 4.': '权重的上宽度；TRL 的上限 5 即宽度 4。',
  'Weight of the KL to the frozen reference, on all tokens.': '所有 token 上到冻结参考模型的 KL 权重。',
  'Weight of the KL to the frozen reference; 0 needs no reference pass.':
    '到冻结参考模型的 KL 权重；0 则无需参考模型前向计算。',
  'Weight of the mean entropy in the loss; the start value when adaptive.': '损失中平均熵的权重；自适应时为初始值。',
  'Weight of |log-ratio to the rollout policy| on the picked tokens.': '所选 token 上 |与采样策略的对数比率| 的权重。',
  'Weight of |log-ratio to the rollout policy|: doubled at the top, halved at the bottom.':
    '|与采样策略的对数比率| 的权重：协方差高端加倍，低端减半。',
  'What splits the tokens: a quantile of their entropies (linear interpolation), a fixed entropy, or an exact share of the tokens by rank.':
    '如何划分 token：按熵的分位数（线性插值）、固定熵值，或按排名的精确比例。',
  'What the KL is averaged over. `form`: as the form says.': 'KL 对什么取平均。`form`：由 form 决定。',
  'What the loss is averaged over: the selected tokens (the paper) or all tokens (TRL).':
    '损失对什么取平均：选中的 token（论文）或所有 token（TRL）。',
  'What the released SENT code computes: no ratio clip, and low-entropy tokens at both ends of the covariance held to the rollout policy.':
    'SENT 公开代码的计算方式：不裁剪比率，把协方差两端的低熵 token 约束在采样策略附近。',
  'Whose entropy decides the class: the policy that sampled the response, or the one in training. `form`: as the form says.':
    '由哪个策略的熵决定类别：采样回答的策略，或训练中的策略。`form`：由 form 决定。',
  'Whose entropy decides: the policy in training, or the one that sampled.':
    '由哪个策略的熵决定：训练中的策略，或采样的策略。',
  'paper: classes from rollout entropy, ties are reasoning, KL over all tokens, token mean. repository: current entropy, ties are knowledge, KL over each class, mean of response means.':
    'paper（论文）：按采样时的熵分类，等于阈值归为推理，KL 对所有 token 平均，按 token 平均。repository（代码仓库）：按当前熵分类，等于阈值归为知识，KL 在各类别内平均，先回答内平均再平均。',
  'ratio per probability': '比率 / 概率',
}
