/** Titles, descriptions and units of a run's settings, without those of the methods. */
export const config: Readonly<Record<string, string>> = {
  'A Hugging Face folder, a PEFT folder (its adapter trains on), or `builtin:NAME`.':
    'Hugging Face 模型文件夹、PEFT 文件夹（继续训练其适配器），或 `builtin:NAME`。',
  'A group of one response: no signal (drop), or advantage = reward (keep).':
    '只有一个回答的组：不产生信号（drop），或令优势等于奖励（keep）。',
  'A regular expression over the response.': '对回答使用正则表达式。',
  'A reward for the form of a response, whatever it answers.': '只奖励回答的格式，不论内容。',
  'A reward of several parts.': '由多个部分组成的奖励。',
  'A verifier of your own, in a sandbox without files or network (Linux).':
    '自定义验证器，在没有文件和网络的沙箱中运行（Linux）。',
  'Added to the root of the second moment.': '加在二阶矩平方根上的常数。',
  'Answers sampled per prompt before the first step.': '第一步之前每个提示采样的答案数。',
  'CPU threads of the engine; empty uses all cores.': '引擎使用的 CPU 线程数；留空则使用全部核心。',
  Code: '代码',
  'Computes each layer again in the backward pass instead of keeping its results: less memory, more time, the same numbers. `auto` does so where the results would take over 1 GiB.':
    '反向传播时重新计算各层而不保留其结果：更省内存、更慢、数值不变。`auto` 在结果将超过 1 GiB 时启用。',
  Custom: '自定义',
  'Decay of the first moment.': '一阶矩的衰减率。',
  'Decay of the second moment.': '二阶矩的衰减率。',
  'Decoupled weight decay.': '解耦的权重衰减。',
  'Divides the logits in sampling, log-probabilities and entropies alike.':
    '采样、对数概率和熵的计算中 logits 都除以该值。',
  'Drop truncated responses before the advantages: out of the group statistics and out of the loss.':
    '计算优势之前丢弃被截断的回答：既不参与组统计，也不参与损失。',
  Evaluation: '评估',
  'Everything random in the run follows from it.': '运行中的一切随机性都由它决定。',
  Exact: '精确匹配',
  'Factor of the part in the reward.': '该部分在奖励中的系数。',
  'For filtering.': '用于筛选。',
  Format: '格式',
  'Global-norm clip; empty turns it off.': '全局范数裁剪；留空则关闭。',
  'Likeliest tokens stored at each token with their log-probabilities, at most about 9 bytes each; 0 stores none.':
    '每个 token 处保存最可能的若干 token 及其对数概率；每个最多约 9 字节；0 表示不保存。',
  'Groups traced per step; empty traces all.': '每步保存轨迹的组数；留空则全部保存。',
  'Groups whose responses are all correct or all wrong: keep them, drop them, or drop and sample others in their place (dynamic sampling).':
    '回答全对或全错的组：保留、丢弃，或丢弃后另采样补足（动态采样）。',
  'Held-out problems (a file, or `builtin:NAME`); empty turns evaluation off.':
    '留出的题目（文件，或 `builtin:NAME`）；留空则不评估。',
  'How standard output is compared; `auto` goes by the form of the record.':
    '标准输出的比较方式；`auto` 按数据记录的格式决定。',
  'Its flags.': '正则表达式的标志。',
  'JavaScript regular expression; its first group is the extracted answer.':
    'JavaScript 正则表达式；第一个捕获组为提取的答案。',
  'LaTeX answers: numbers, expressions, sets, intervals, matrices and more, compared exactly.':
    'LaTeX 答案：数、表达式、集合、区间、矩阵等，精确比较。',
  'Leave truncated responses out of the loss; they still count in the group statistics.':
    '被截断的回答不参与损失，但仍参与组统计。',
  'Linear modules that get an adapter, by the end of their name.': '加适配器的线性模块，按名称结尾匹配。',
  'Longer prompts are left out.': '更长的提示会被排除。',
  'Longest response; a longer one is cut and marked truncated.': '回答的最大长度；超过则截断并标记。',
  Mathematics: '数学',
  'Mean difference of sampling and training log-probabilities beyond which `auto` scores again.':
    '采样与训练对数概率的平均差超过此值时，`auto` 重新计算。',
  "Memory limit; empty takes the sandbox's: 1024 bwrap, 512 wasm.":
    '内存上限；留空则用沙箱默认值：bwrap 1024，wasm 512。',
  'Most problems of an evaluation.': '每次评估的最多题目数。',
  'Most sampling rounds of a refill; then the step goes on with what there is.':
    '补足批次的最多采样轮数；之后用已有的数据继续。',
  'Most tests of a response in training; evaluations run all. Empty runs all.':
    '训练时每个回答最多运行的测试数；评估时全部运行。留空则全部运行。',
  'Most tokens in one forward and backward pass; memory, never the result.':
    '一次前向与反向传播的最多 token 数；只影响内存，不影响结果。',
  'Multiple choice': '选择题',
  'Newest checkpoints kept; older ones are removed.': '保留的最新检查点数；更旧的会被删除。',
  'Nucleus sampling; 1 keeps the whole distribution.': '核采样（top-p）；1 保留整个分布。',
  Numeric: '数值',
  'Parts of equal size, trained one after another.': '等分后依次训练的阶段数。',
  'Parts of the reward, each with its weight; the first says whether a response counts as correct.':
    '奖励的各部分及其权重；第一部分决定回答是否算正确。',
  'Passes over each rollout batch; clip-based methods need at least two updates per rollout.':
    '每个采样批次的遍历次数；基于裁剪的方法每批至少需要两次更新。',
  'Passes over each stage before the next begins, one number a stage; the last stage lasts until the run ends. Empty shares the steps equally.':
    '进入下一阶段前对该阶段的遍历次数，每阶段一个数；最后阶段持续到运行结束。留空则平均分配步数。',
  'Path of a JavaScript or TypeScript file that exports `verify`; `quiver verifier new NAME` makes one.':
    '导出 `verify` 的 JavaScript 或 TypeScript 文件路径；可用 `quiver verifier new NAME` 生成。',
  Pattern: '正则表达式',
  "Keeps AdamW's two moments, 8 bytes per trained weight, in this machine's memory instead of the card's: room on the card for time in each update, the same numbers. On `cuda` only.":
    '将 AdamW 的两个矩（每个可训练权重 8 字节）放在本机内存而不是显存中：以每次更新的时间换取显存，数值不变。仅用于 `cuda`。',
  'Peak learning rate of AdamW.': 'AdamW 的峰值学习率。',
  'Problems (a JSONL, JSON, CSV or Parquet file, or `builtin:NAME`).':
    '题目（JSONL、JSON、CSV 或 Parquet 文件，或 `builtin:NAME`）。',
  'Prompts (whole groups) in one optimizer update.': '一次优化器更新的提示数（整组）。',
  'Prompts drawn for one rollout batch.': '每个采样批次抽取的提示数。',
  'Punishment at the limit.': '达到上限时的惩罚。',
  'Python solutions run on the tests of the problem, in a sandbox.': '在沙箱中用题目的测试运行 Python 解答。',
  'Rank of the adapter’s matrices; 1 to 32 serve reinforcement learning.': '适配器矩阵的秩；强化学习用 1 到 32 即可。',
  'Rank-stabilised scaling, lora_alpha / √r: large ranks learn as fast as small ones.':
    '秩稳定缩放 lora_alpha / √r：大秩与小秩学得一样快。',
  'Rate after the warm-up.': '预热之后的学习率曲线。',
  'Responses per prompt: the group whose mean is the baseline.': '每个提示的回答数：组内均值作为基线。',
  'Responses that decode side by side, each with a key/value cache; the others wait until some finish. More is faster until memory runs out.':
    '同时解码的回答数，各有自己的 KV 缓存；其余等待。内存足够时越多越快。',
  Rollout: '采样',
  'Rollout batches until the run is finished.': '运行完成前的采样批次数。',
  'Rollout steps over which the rate rises from zero.': '学习率从零上升所用的采样步数。',
  'Samples from the k most likely tokens; 0 keeps all.': '只从概率最高的 k 个 token 中采样；0 保留全部。',
  'Samples per problem beside the greedy one.': '除贪心解码外每题的采样数。',
  'Sandbox: CPython under bubblewrap (Linux), Python in WebAssembly (every system), or the first that holds. Never mix them within a comparison.':
    '沙箱：bubblewrap 下的 CPython（Linux）、WebAssembly 中的 Python（任何系统），或第一个可用的。对比实验中不要混用。',
  'Seed of these samples, apart from the seed of the run: runs of several seeds share them.':
    '这些样本的随机种子，与运行的种子分开：不同种子的运行可共用这些样本。',
  'Share of a module’s inputs hidden from the adapter in training, never in sampling or scoring. 0 keeps rollout and training log-probabilities equal.':
    '训练时对适配器屏蔽的模块输入比例，采样和打分时不屏蔽。0 使采样与训练的对数概率一致。',
  'Shown in lists and legends.': '显示在列表和图例中。',
  'Soft overlong punishment: length of the ramp before the limit; 0 turns it off.':
    '软性超长惩罚：上限之前惩罚区间的长度；0 则关闭。',
  'Steps between checkpoints; 0 writes one at stop and at the end only.':
    '检查点之间的步数；0 表示只在停止和结束时写入。',
  'Steps between evaluations; 0 evaluates at the start and the end only.':
    '评估之间的步数；0 表示只在开始和结束时评估。',
  'Steps between stored token traces; metrics are always stored.': '保存 token 轨迹的间隔步数；指标总会保存。',
  'Take the last number of a response that marks no answer; for base models.':
    '回答没有标出答案时取最后一个数；适用于基座模型。',
  'Temperature of the samples.': '采样温度。',
  'Temperature of these samples.': '这些样本的采样温度。',
  'Text around a plain prompt; `{prompt}` stands for the problem. Chat messages use the chat template.':
    '普通提示外围的文本；`{prompt}` 代表题目。聊天消息使用聊天模板。',
  'Texts that end a response.': '使回答结束的文本。',
  'The adapter’s product is scaled by lora_alpha / r, or by lora_alpha / √r with use_rslora.':
    '适配器的乘积按 lora_alpha / r 缩放；启用 use_rslora 时按 lora_alpha / √r。',
  'The final answer must be the letter of the answer, and no other.': '最终答案必须是正确选项的字母，且只有它。',
  'The final answer text must equal the answer, white space aside.': '最终答案文本必须与答案相同（忽略空白）。',
  'The final number must equal the answer exactly (as a rational number).':
    '最后的数必须与答案完全相等（按有理数比较）。',
  'The policy at a stage boundary becomes the reference of the next stage.': '阶段交界处的策略成为下一阶段的参考模型。',
  'The solution is the last fenced block marked as Python, or the last of any language.':
    '解答取最后一个标为 Python 的代码块，或最后一个任意语言的代码块。',
  "Time limit of a test; empty takes the sandbox's: 6 s bwrap, 15 s wasm.":
    '每个测试的时间上限；留空则用沙箱默认值：bwrap 6 秒，wasm 15 秒。',
  Traces: '轨迹',
  'Train a low-rank adapter and leave the weights frozen: less memory, small checkpoints, and the KL reference costs none. Learning rates about ten times those of full fine-tuning fit.':
    '训练低秩适配器，冻结原权重：更省内存、检查点更小，KL 参考模型不占额外内存。学习率约为全参数微调的十倍。',
  Update: '更新',
  'Weight of an answer: how many samples gave it, the summed probability of those samples, or that with each log-probability divided by its tokens.':
    '答案的权重：给出它的样本数、这些样本的概率之和，或用按 token 数归一的对数概率求和。',
  'Weighted sum': '加权和',
  'What a response must look like: a box, `<think>…</think>` first, both, or `<answer>…</answer>` behind the reasoning.':
    '回答应有的形式：\\boxed 答案、以 `<think>…</think>` 开头、两者兼有，或推理之后用 `<answer>…</answer>`。',
  'What the centred reward is divided by: the standard deviation of the group, of the batch, or nothing; `method` leaves it to the method (nothing for Dr. GRPO, else the group).':
    '中心化奖励的除数：组标准差、批标准差，或不除；`method` 由方法决定（Dr. GRPO 不除，其他用组标准差）。',
  'Where the engine computes; the devices page tells which can be used here. Another one is never taken in its place; `cuda` is whichever NVIDIA card has no run, `cuda:1` the second.':
    '引擎在哪个设备上计算；设备页列出此处可用的设备。绝不会用其他设备代替；`cuda` 表示任一没有运行的 NVIDIA 显卡，`cuda:1` 表示第二块。',
  'Where the old log-probabilities come from: the sampling pass itself (`never` scores again), a scoring pass of every response before the first update (`always`), or that pass only where the two differ by more than `old_logprobs_threshold` (`auto`).':
    '旧对数概率的来源：采样过程本身（`never`，不重新计算）、首次更新前对每个回答重新打分（`always`），或仅当两者之差超过 `old_logprobs_threshold` 时重新打分（`auto`）。',
  'Whether the extracted text must be the answer, or a match is enough.': '提取的文本必须等于答案，还是匹配即可。',
  'Whose rules: equal in value (default), also in form (`strict_form`), or those of a published grader for comparison with its runs.':
    '采用哪套规则：数值相等（default）、形式也相同（`strict_form`），或某个已发表评分器的规则，以便与其结果对比。',
  'pass@k for these k, each at most n.': '要计算 pass@k 的各个 k，每个不超过 n。',
  'shuffled: one pass after another in random order. semantic_entropy: stages from prompts whose sampled answers agree to prompts whose answers differ; the answers are sampled before the first step.':
    'shuffled：随机顺序，一遍接一遍。semantic_entropy：分阶段，从采样答案一致的提示到答案分歧的提示；答案在第一步之前采样。',
  checkpoints: '个检查点',
  epochs: '遍',
  problems: '道题',
  responses: '个回答',
  samples: '个样本',
  stages: '个阶段',
  steps: '步',
  tests: '个测试',
}
