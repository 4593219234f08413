/** Warnings of a config, and the estimate of its memory. */
export const warnings: Readonly<Record<string, string>> = {
  'A threshold for each micro-batch makes the result depend on how many responses fit into update.micro_batch_tokens ({micro_batch_tokens}), which otherwise never touches it. Keep that number when you compare runs.':
    '按微批次取阈值会使结果取决于 update.micro_batch_tokens（{micro_batch_tokens}）能容纳多少回答，而该设置本不影响结果。对比运行时请保持此值不变。',
  Activations: '激活',
  'An entropy bonus of weight 0 changes nothing.': '权重为 0 的熵奖励不起作用。',
  "AdamW's two moments of every trained weight.": '每个可训练权重的 AdamW 一阶矩和二阶矩。',
  'At a quantile of 0 or 1 one of the two classes has next to no tokens.':
    '分位数为 0 或 1 时，两类之一几乎没有 token。',
  'Both classes have the same clip and the same KL, so the classes change nothing: this is GRPO.':
    '两类的裁剪和 KL 完全相同，分类不起作用：这就是 GRPO。',
  'Dr. GRPO does not divide rewards by a deviation. Set scale_rewards to method or none.':
    'Dr. GRPO 不用标准差除奖励。请将 scale_rewards 设为 method 或 none。',
  'FlexEC gives likely tokens less room: its slopes are negative.': 'FlexEC 给高概率 token 更小的空间：其斜率应为负。',
  Gradients: '梯度',
  'Groups are dropped by accuracy, never by the shaped reward: where all responses are right, or all wrong, the overlong punishment between them is not learned.':
    '组按准确率而非塑形后的奖励丢弃：回答全对或全错时，学不到其间的超长惩罚。',
  'Keys and values of the responses that grow side by side.': '同时生成的各回答的键与值。',
  'No covariance lies between clip_cov_lb and clip_cov_ub, so no token is ever picked.':
    'clip_cov_lb 与 clip_cov_ub 之间没有协方差取值，不会选中任何 token。',
  'OPEFO is meant for one update per rollout batch, and this config makes {updates}: its weights and its gradient belong to the policy that sampled. Set num_iterations to 1 and mini_batch_prompts to prompts_per_step.':
    'OPEFO 适用于每个采样批次一次更新，而此配置会做 {updates} 次：其权重和梯度属于采样的策略。请将 num_iterations 设为 1，mini_batch_prompts 设为 prompts_per_step。',
  'On {device} the moments stay where its executor keeps them: optimizer.offload acts on cuda only.':
    '在 {device} 上，AdamW 的矩留在其执行器原有的位置：optimizer.offload 仅在 cuda 上生效。',
  'One number per trained weight.': '每个可训练权重一个数。',
  Program: '程序',
  'Responses are drawn from a part of the distribution (top_p, top_k), while log-probabilities and entropies are those of all of it: the gradient is not that of the policy that sampled.':
    '回答只从分布的一部分采样（top_p、top_k），而对数概率和熵按整个分布计算：梯度不属于采样的策略。',
  'Rewards are 0 and 1, so with a factor of {overlong_penalty_factor} a right answer at the length limit is worth no more than a short wrong one. DAPO’s factor of 1 goes with rewards of −1 and 1; 0.5 is the same here.':
    '奖励为 0 和 1，系数为 {overlong_penalty_factor} 时，达到长度上限的正确回答不比短的错误回答更好。DAPO 的系数 1 对应奖励 −1 和 1；此处用 0.5 等效。',
  'SENT trains from low to high semantic entropy. Set order to semantic_entropy for that.':
    'SENT 从低语义熵训练到高语义熵。请将 order 设为 semantic_entropy。',
  "The run will take about {peak} of {card}, {free} of whose {total} are free, and {host} of this machine's {machine} of memory.":
    '该运行将占用 {card} 约 {peak} 显存（共 {total}，剩余 {free}），并占用本机 {machine} 内存中的 {host}。',
  'That is too much: lower {settings}, or train an adapter (lora).':
    '内存不足：请降低 {settings}，或训练适配器（lora）。',
  'The frozen copy that the KL term looks at.': 'KL 项所参照的冻结副本。',
  'The full-vocabulary form is for comparison: its sign is always the advantage’s, so it weighs right responses against wrong ones instead of tokens that raise entropy against those that lower it.':
    'full-vocabulary 形式仅供对比：其符号总等于优势的符号，因此平衡的是正确与错误的回答，而不是升熵与降熵的 token。',
  'The least weight is not below the largest, so the adaptive weight cannot move.':
    '权重下限不低于上限，自适应权重无法变化。',
  'The policy, and its adapter.': '策略及其适配器。',
  'The ratio of GSPO is a mean over the response and stays close to 1: widths of this size hardly ever clip. GSPO has 0.0003 and 0.0004.':
    'GSPO 的比率是整个回答上的平均，接近 1：这样的宽度几乎不会裁剪。GSPO 用 0.0003 和 0.0004。',
  "The run will take about {peak} of this machine's {machine} of memory.":
    '此运行约占用本机 {machine} 内存中的 {peak}。',
  'The share of picked tokens is a fraction: 0.0002 or 0.002 in the papers. The original k_percent of 0.2 is 0.002 here.':
    '选中 token 的比例是小数：论文中为 0.0002 或 0.002。原 k_percent 的 0.2 在此为 0.002。',
  'The statistic is a threshold and none is given, so every token counts as a knowledge token.':
    '统计量为阈值但没有给出阈值，因此所有 token 都算作知识 token。',
  'The threshold of a rollout is taken from the entropies at sampling, and tokens are then held against it with the entropy of the policy in training.':
    '采样批次的阈值取自采样时的熵，而 token 却用训练中策略的熵与之比较。',
  'The trainer itself: runtime, engine, tokenizer, verifiers.': '训练器本身：运行时、引擎、分词器、验证器。',
  Weights: '权重',
  'What a micro-batch keeps for its backward pass, and works with.': '微批次为反向传播保留的结果及工作内存。',
  'With both betas at 0 the gradient of CE-GPPO is that of the plain clip.':
    '两个 beta 都为 0 时，CE-GPPO 的梯度与普通裁剪相同。',
  'With one update per rollout batch every importance ratio is 1, so the clip of {method} never acts. Use two iterations, or mini-batches smaller than the batch.':
    '每个采样批次只更新一次时重要性比率恒为 1，{method} 的裁剪不起作用。请用两次迭代，或小于批次的小批次。',
  'With one update per rollout batch the log-ratio is 0, so the penalty of {method} on it has no gradient. Use two iterations, or mini-batches smaller than the batch.':
    '每个采样批次只更新一次时对数比率为 0，{method} 对它的惩罚没有梯度。请用两次迭代，或小于批次的小批次。',
  'k1 has an expected gradient of zero on policy: as a loss it only adds noise. Use k2, k3, k3+ or full.':
    '同策略时 k1 的期望梯度为零：作为损失只会增加噪声。请用 k2、k3、k3+ 或 full。',
  '{method} samples until the batch is full of groups with both right and wrong responses. Set group_filter to refill for that.':
    '{method} 会持续采样，直到批次填满有对有错的组。请将 group_filter 设为 refill。',
  '{prompts_per_step} prompts do not divide into mini-batches of {mini_batch_prompts}: the last one is smaller and its prompts count for more.':
    '{prompts_per_step} 个提示不能均分为每份 {mini_batch_prompts} 个的小批次：最后一个较小，其提示的权重更大。',
}
