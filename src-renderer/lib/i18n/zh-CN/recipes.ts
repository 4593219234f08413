/** Titles of the shipped recipes, and the sentences of their descriptions. */
export const recipes: Readonly<Record<string, string>> = {
  '80/20 on arithmetic': '80/20，算术题',
  'A few tokens, drawn among those of high covariance of log-probability and advantage, lose their gradient.':
    '从对数概率与优势协方差较高的 token 中抽取少数，去除其梯度。',
  'A low-rank adapter on frozen weights: checkpoints hold the adapter alone, and the base is the reference at no cost.':
    '在冻结权重上训练低秩适配器：检查点只含适配器，基座模型即参考模型，无额外开销。',
  'Archer (repository) on arithmetic': 'Archer（代码仓库版），算术题',
  'Archer as its code computes it: classes from the entropy of the policy in training, ties to knowledge, KL over each class, mean of response means.':
    '按其代码计算的 Archer：由训练中策略的熵分类，等于阈值归为知识，KL 在各类别内平均，先在回答内平均再平均。',
  'Archer on arithmetic': 'Archer，算术题',
  'Archer’s own baseline (called DAPO in its first version and GRPO in its second): clip 0.2 and 0.28, mean over all tokens, no KL, on Archer’s math recipe of 64 prompts of 16 responses to 32,768 tokens.':
    'Archer 论文自己的基线（第一版称 DAPO，第二版称 GRPO）：裁剪 0.2 与 0.28，对所有 token 平均，无 KL，沿用 Archer 的数学配方，64 个提示各 16 个回答、最长 32,768 token。',
  'CE-GPPO on arithmetic': 'CE-GPPO，算术题',
  'CISPO on arithmetic': 'CISPO，算术题',
  'Clip bounds that depend on the token’s probability; entropy is raised in the first half of the run and lowered in the second.':
    '裁剪界随 token 概率变化；前半程升熵，后半程降熵。',
  'Clip-Cov on arithmetic': 'Clip-Cov，算术题',
  'Clip-higher, token-mean loss, dynamic sampling of groups that carry a signal, and the soft overlong punishment.':
    'clip-higher、按 token 平均的损失、对有信号的组动态采样，以及软性超长惩罚。',
  'DAPO on arithmetic': 'DAPO，算术题',
  'DAPO that learns from the fifth of the tokens with the highest entropy in the mini-batch.':
    '只从小批次中熵最高的五分之一 token 学习的 DAPO。',
  'Dr. GRPO on arithmetic': 'Dr. GRPO，算术题',
  'Dual-token constraints on the built-in model: reasoning tokens get a loose clip and no KL, knowledge tokens a tight clip and a KL to the frozen reference.':
    '在内置模型上使用双 token 约束：推理 token 用宽松裁剪、无 KL，知识 token 用严格裁剪并加到冻结参考模型的 KL。',
  'Entropy bonus on arithmetic': '熵奖励，算术题',
  'FlexEC on arithmetic': 'FlexEC，算术题',
  'GRPO on arithmetic': 'GRPO，算术题',
  'GRPO with LoRA on arithmetic': 'GRPO + LoRA，算术题',
  'GRPO with a reward for entropy whose weight follows a target.': '对熵给予奖励的 GRPO，其权重跟随目标调整。',
  'GRPO without its two biases: rewards are centred, not scaled, and losses are divided by a constant.':
    '去除两种偏差的 GRPO：奖励只中心化不缩放，损失除以常数。',
  'GSPO on arithmetic': 'GSPO，算术题',
  'KL-Cov on arithmetic': 'KL-Cov，算术题',
  'Learns in minutes on a plain CPU.': '在普通 CPU 上几分钟即可学会。',
  'Neither the number of steps nor the prompt limit is published.': '步数和提示长度上限均未公开。',
  'OPEFO on arithmetic': 'OPEFO，算术题',
  'One importance ratio per response, clipped as a whole; four updates per rollout batch.':
    '每个回答一个重要性比率，整体裁剪；每个采样批次四次更新。',
  'On this task lambda is far larger than the paper’s and the sampled form raises entropy at the cost of accuracy; `form: exact` holds it better. See the study.':
    '在此任务上 λ 远大于论文中的值，采样形式以准确率为代价提高了熵；`form: exact` 更能保持熵。见研究报告。',
  'One update per rollout batch; tokens that raise entropy and tokens that lower it are weighted so that their flows balance.':
    '每个采样批次一次更新；对升熵和降熵的 token 加权，使两者的熵流平衡。',
  'Passes and number of steps are Archer’s.': '遍数和步数沿用 Archer。',
  'Published 32B setting: a tenth of the 7B share of tokens, 0.0002.':
    '已发表的 32B 设置：token 比例为 7B 设置的十分之一，0.0002。',
  'Published 7B setting: 256 prompts of 8 responses to 8,192 tokens, mini-batches of 32, rate 5e-7, groups of one verdict dropped.':
    '已发表的 7B 设置：256 个提示各 8 个回答、最长 8,192 token，小批次 32，学习率 5e-7，丢弃判定全同的组。',
  'Published setting, code: 320 steps of 64 prompts of 16 responses to 32,768 tokens, three passes in two mini-batches, warm-up of 10 steps, weight decay 0.1.':
    '已发表的设置，代码：320 步，64 个提示各 16 个回答、最长 32,768 token，三遍、两个小批次，预热 10 步，权重衰减 0.1。',
  'Published setting, code: 64 prompts of 16 responses to 32,768 tokens, three passes in two mini-batches, warm-up of 10 steps, weight decay 0.1.':
    '已发表的设置，代码：64 个提示各 16 个回答、最长 32,768 token，三遍、两个小批次，预热 10 步，权重衰减 0.1。',
  'Published setting, math: 64 prompts of 16 responses, two mini-batches, three passes (the passes are the code recipe’s; the paper does not say), responses to 32,768 tokens.':
    '已发表的设置，数学：64 个提示各 16 个回答，两个小批次，三遍（遍数取自代码配方；论文未说明），回答最长 32,768 token。',
  'Published setting, math: 64 prompts of 16 responses, two mini-batches, three passes (the passes are the code recipe’s; the paper does not say), responses to 6,144 tokens.':
    '已发表的设置，数学：64 个提示各 16 个回答，两个小批次，三遍（遍数取自代码配方；论文未说明），回答最长 6,144 token。',
  'Published setting, math: 64 prompts of 16 responses, two mini-batches, three passes (the passes are the code recipe’s; the paper does not say), responses to 8,192 tokens.':
    '已发表的设置，数学：64 个提示各 16 个回答，两个小批次，三遍（遍数取自代码配方；论文未说明），回答最长 8,192 token。',
  'Published setting: 128 groups out of at most 256 generated prompts, 8 responses to 16,384 tokens, prompts to 4,096, mini-batches of 16, warm-up 10, weight decay 0.1, beta1 0.5, beta2 1.':
    '已发表的设置：从最多 256 个提示中取 128 组，各 8 个回答、最长 16,384 token，提示最长 4,096，小批次 16，预热 10，权重衰减 0.1，beta1 0.5，beta2 1。',
  'Published setting: 128 groups out of at most 256 generated prompts, 8 responses to 16,384 tokens, prompts to 4,096, mini-batches of 16, warm-up 10, weight decay 0.1, beta1 0.75, beta2 1.':
    '已发表的设置：从最多 256 个提示中取 128 组，各 8 个回答、最长 16,384 token，提示最长 4,096，小批次 16，预热 10，权重衰减 0.1，beta1 0.75，beta2 1。',
  'Published setting: 400 steps of 512 prompts of 8 responses to 4,096 tokens, no KL, increase-then-decrease schedule.':
    '已发表的设置：400 步，512 个提示各 8 个回答、最长 4,096 token，无 KL，先升后降的调度。',
  'Published setting: 400 steps of 512 prompts of 8 responses to 8,192 tokens, no KL, increase-then-decrease schedule.':
    '已发表的设置：400 步，512 个提示各 8 个回答、最长 8,192 token，无 KL，先升后降的调度。',
  'Published setting: 512 prompts of 16 responses, 16 updates per rollout batch, clip 0.2 and 0.28, dynamic sampling, soft overlong punishment over the last 4,096 of 20,480 tokens (its factor of 1 belongs to rewards of −1 and 1, so 0.5 here).':
    '已发表的设置：512 个提示各 16 个回答，每个采样批次 16 次更新，裁剪 0.2 与 0.28，动态采样，20,480 token 中最后 4,096 个施加软性超长惩罚（原系数 1 对应奖励 −1 与 1，此处为 0.5）。',
  'Published setting: strictly on policy, 32 prompts of 8 responses to 3,000 tokens, one update, rate 1e-6 · √8.':
    '已发表的设置：严格同策略，32 个提示各 8 个回答、最长 3,000 token，一次更新，学习率 1e-6 · √8。',
  'Published setting: strictly on policy, 32 prompts of 8 responses to 8,000 tokens, one update, rate 1e-6 · √8.':
    '已发表的设置：严格同策略，32 个提示各 8 个回答、最长 8,000 token，一次更新，学习率 1e-6 · √8。',
  'Published setting: the DAPO recipe, 512 prompts, mini-batches of 32, no warm-up, and the gradient of the fifth of the tokens with the highest entropy.':
    '已发表的设置：DAPO 配方，512 个提示，小批次 32，无预热，只用熵最高的五分之一 token 的梯度。',
  'Put model and data where the paths point, or change them.': '请把模型和数据放到路径所指之处，或修改路径。',
  'SENT (repository) on arithmetic': 'SENT（代码仓库版），算术题',
  'SENT on arithmetic': 'SENT，算术题',
  'Samples the prompts before the first step.': '第一步之前先对提示采样。',
  'Setting of the released scripts: DAPO-Math-17k in two stages of rising semantic entropy, five passes each (340 steps of 17,398 problems), 256 prompts of 8 responses to 2,048 tokens, mini-batches of 128, reference refreshed at the boundary.':
    '公开脚本的设置：DAPO-Math-17k 按语义熵递增分两个阶段，各五遍（17,398 道题，340 步），256 个提示各 8 个回答、最长 2,048 token，小批次 128，在阶段交界处刷新参考模型。',
  'Slopes, intercepts, the prompt limit and the size of a mini-batch are not the paper’s own words.':
    '斜率、截距、提示长度上限和小批次大小并非论文原文。',
  'The baseline to compare with: one symmetric clip for all tokens, every group kept, mean over responses of token means.':
    '用于对比的基线：所有 token 同一对称裁剪，保留所有组，先在回答内按 token 平均再对回答平均。',
  'The clipped ratio weights the log-probability, so that every token keeps its gradient.':
    '用裁剪后的比率给对数概率加权，每个 token 都保留梯度。',
  'The few tokens of highest covariance are held to the policy that sampled; nothing else is clipped.':
    '把协方差最高的少数 token 约束在采样策略附近；其余不裁剪。',
  'The model is a mixture of experts, which this version cannot open.':
    '该模型是混合专家（MoE）模型，当前版本无法打开。',
  'The number of steps and the prompt limit are not the paper’s.': '步数和提示长度上限与论文不同。',
  'The number of steps is not published.': '步数未公开。',
  'The number of steps is not the paper’s.': '步数与论文不同。',
  'The objective is the code’s: current entropy, dual clip 10, KL over each class, a lone response keeps its reward.':
    '目标函数按其代码：用当前熵、双重裁剪 10、KL 在各类别内平均、单个回答保留其奖励。',
  'The objective is the printed one.': '目标函数按论文。',
  'The objective is the printed one; the number of steps is that of the 1.5B model.':
    '目标函数按论文；步数取自 1.5B 模型。',
  'The paper generates the 256 at once; here the second 128 are drawn as far as they are needed.':
    '论文一次生成 256 个；此处只在需要时再抽取另外 128 个。',
  'The quick start.': '快速上手。',
  'Tokens outside the clip keep a bounded gradient.': '裁剪范围外的 token 保留有界的梯度。',
  'Two stages from prompts whose sampled answers agree to prompts whose answers differ; KL on low-entropy tokens, stronger where covariance is high.':
    '两个阶段，从采样答案一致的提示到答案分歧的提示；对低熵 token 施加 KL，协方差高处更强。',
  'What the released SENT code computes, in the same two stages.': 'SENT 公开代码的计算方式，同样分两个阶段。',
  'objective as printed; sizes chosen for the built-in model': '目标函数按论文原文；规模按内置模型选定',
  'sizes chosen for the built-in model': '规模按内置模型选定',
}
