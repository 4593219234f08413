/** What an import says about a script or config: of the whole, and of settings that are not taken over as they are. */
export const serviceImports: Readonly<Record<string, string>> = {
  // The source as a whole.
  'A config file is a list of “key: value” lines, and this is not one.':
    '配置文件应由“key: value”形式的行组成，此文件不是。',
  'Line {line} begins a loop; it is read once, with its first value.':
    '第 {line} 行开始一个循环；只按第一个值读取一次。',
  'Line {line} makes another {callee}; the settings of all are read together.':
    '第 {line} 行又创建了一个 {callee}；所有设置合并读取。',
  'Line {line} of the script is not right: {error}.': '脚本第 {line} 行有误：{error}。',
  'Line {line} sets {name} in a branch or loop; its value from before, {before}, is used.':
    '第 {line} 行在分支或循环中设置 {name}；使用其之前的值 {before}。',
  'Line {line} takes further settings from a variable; they are not known here.':
    '第 {line} 行从变量取得更多设置；此处无法得知其内容。',
  'No command of this script starts a training that is known here: verl’s `key.name=value` overrides, or TRL’s `--num_generations` and the like.':
    '此脚本中没有可识别的训练启动命令：既没有 verl 的 `key.name=value` 参数，也没有 TRL 的 `--num_generations` 等选项。',
  'Settings in {file} ({option}) are not in the script; import that file for them.':
    '{file}（{option}）中的设置不在脚本里；请另行导入该文件。',
  'The command starts another script, {script}; settings made there are not known here.':
    '该命令启动另一个脚本 {script}；其中的设置此处无法得知。',
  'The file builds on other files of Hydra (defaults); what they set is not known here, and verl’s own defaults are taken.':
    '此文件以其他 Hydra 文件为基础（defaults）；其中的设置此处无法得知，采用 verl 自身的默认值。',
  'The number of processes is not in the source, so one is assumed; with more, multiply prompts_per_step and mini_batch_prompts by it.':
    '源文件中没有进程数，按一个进程处理；若有多个，请将 prompts_per_step 和 mini_batch_prompts 乘以进程数。',
  'The script passes its own arguments on ($@); they are not known here.':
    '脚本会传递自身的参数（$@）；此处无法得知其内容。',
  'The script reads another one, {script}, which is not looked into.':
    '脚本会读取另一个脚本 {script}，其内容未作检查。',
  'The script sets {name}={text} and passes it to nothing, so it has no effect there; the default holds.':
    '脚本设置了 {name}={text}，但没有传给任何命令，因此不起作用；采用默认值。',
  'The script starts {count} trainings; the one with the most settings is read, line {line}.':
    '脚本启动 {count} 次训练；读取其中设置最多的一次（第 {line} 行）。',
  'The source names no adv_estimator; verl would use gae with a critic, Quiver holds rewards against the mean of their group.':
    '源文件未指定 adv_estimator；verl 会使用带 critic 的 gae，Quiver 以组内平均奖励为基线。',
  'The source names no reward function that is known here: choose a verifier.':
    '源文件未指定可识别的奖励函数：请选择验证器。',
  'This Python source makes no GRPOConfig(…), and nothing else in it can be imported.':
    '此 Python 源文件没有创建 GRPOConfig(…)，其余内容无法导入。',
  'This file is no config of verl, TRL or Quiver: hardly a key in it is known here.':
    '此文件不是 verl、TRL 或 Quiver 的配置：其中几乎没有可识别的键。',
  'This is a config of Quiver.': '这是 Quiver 的配置。',
  'This is a recipe of Quiver.': '这是 Quiver 的配方。',
  'This is no shell script: {error}.': '这不是 shell 脚本：{error}。',
  'This is not valid YAML or JSON: {error}': '这不是有效的 YAML 或 JSON：{error}',
  'TRL would train for {epochs} epochs; a run counts steps: epochs × problems / {prompts}. Set steps.':
    'TRL 会训练 {epochs} 轮；此处按步计数：轮数 × 题目数 / {prompts}。请设置 steps。',
  'beta is not given: 0 is TRL’s default; its older versions had 0.04.':
    '未给出 beta：TRL 的默认值为 0；旧版本为 0.04。',
  'max_prompt_length is not given: TRL takes prompts of any length, Quiver leaves out those beyond data.max_prompt_length.':
    '未给出 max_prompt_length：TRL 接受任意长度的提示，Quiver 会排除超过 data.max_prompt_length 的提示。',

  // Values that are not known, or of another kind.
  'Correct it.': '请改正。',
  'It depends on {names}, which only the machine that runs the script knows.':
    '取决于 {names}，只有运行脚本的机器才知道。',
  'It has no effect beside the other settings of the source.': '在源文件的其他设置下不起作用。',
  'It is {expression}, which only running the program gives.': '其值为 {expression}，只有运行程序才能得到。',
  'It must be a number.': '必须是数字。',
  'It must be text.': '必须是文本。',
  'It looks like a Hugging Face id: download that dataset as a Parquet, JSON or CSV file and name the file.':
    '看起来是 Hugging Face 的 id：请把该数据集下载为 Parquet、JSON 或 CSV 文件，并填写文件路径。',
  'It looks like a Hugging Face id: download that repository into a folder and name the folder.':
    '看起来是 Hugging Face 的 id：请把该仓库下载到文件夹，并填写文件夹路径。',
  'The source gives no {path} that is known here, so it is {value}, Quiver’s default; set it.':
    '来源没有给出此处可用的 {path}，因此使用 Quiver 的默认值 {value}；请自行设置。',
  'It must be true or false.': '必须是 true 或 false。',
  'It takes the value of {key}, which the file does not hold.': '取 {key} 的值，而文件中没有它。',
  'Quiver cannot take {value} for {path}: {reason}.': 'Quiver 不接受 {path} 的值 {value}：{reason}。',
  'Quiver does not know this key.': 'Quiver 不认识此键。',
  'Quiver has no counterpart of {name}; it knows {names}.': 'Quiver 没有与 {name} 对应的选项；可用的有 {names}。',
  'The same setting is made again further on.': '同一设置在后面又出现一次。',
  'This value asks for nothing.': '此值表示不启用。',

  // Model, data and the machinery of the other trainer.
  'A run of Quiver has its folder in the workspace.': 'Quiver 的运行在工作区中有自己的文件夹。',
  'A run of Quiver has one verifier.': 'Quiver 的一个运行只有一个验证器。',
  'A run of Quiver names a file of problems for training and one for evaluation.':
    'Quiver 的运行分别指定训练题目文件和评估题目文件。',
  'A run takes one file; the others must be joined to it.': '一个运行只使用一个文件；请将其他文件合并进来。',
  'An adapter of Quiver has no bias and trains no other modules.': 'Quiver 的适配器没有偏置，也不训练其他模块。',
  'It belongs to another setting that is off, or to TRL’s own machinery.': '属于未启用的其他设置，或 TRL 自身的机制。',
  'It is what Quiver does by itself: every linear module.': '这正是 Quiver 的默认做法：所有线性模块。',
  'It says where TRL logs and writes; Quiver keeps every run in its workspace.':
    '指定 TRL 的日志和输出位置；Quiver 把每个运行保存在工作区中。',
  'It says where verl logs and writes; Quiver keeps every run in its workspace.':
    '指定 verl 的日志和输出位置；Quiver 把每个运行保存在工作区中。',
  'It sends the model to the Hugging Face hub; `quiver export` writes a folder for it.':
    '用于把模型上传到 Hugging Face Hub；`quiver export` 可导出相应的文件夹。',
  'It sets up the engine that verl samples or trains with; Quiver has its own.':
    '用于配置 verl 的采样或训练引擎；Quiver 使用自己的引擎。',
  'It sets up the library that TRL computes with; Quiver has its own engine.':
    '用于配置 TRL 的计算库；Quiver 使用自己的引擎。',
  'It spreads the work over graphics cards and machines; Quiver works on one device.':
    '用于多卡多机并行；Quiver 在单个设备上运行。',
  'It spreads the work over processes and cards; Quiver works on one device.':
    '用于多进程多卡并行；Quiver 在单个设备上运行。',
  'It tells Hydra which files to read.': '告诉 Hydra 读取哪些文件。',
  'Put it into the messages of the data, or around them with data.prompt_template.':
    '请写入数据的消息中，或用 data.prompt_template 包在其外。',
  'Quiver always leaves prompts out that are too long.': 'Quiver 总是排除过长的提示。',
  'Quiver draws the problems of every pass in random order.': 'Quiver 每一遍都以随机顺序抽取题目。',
  'Quiver finds the prompt by its column, `prompt` among others.': 'Quiver 按列名（如 `prompt`）找到提示。',
  'Quiver leaves prompts out that are too long; it does not cut them.': 'Quiver 排除过长的提示，不做截断。',
  'Quiver trains unquantised weights.': 'Quiver 训练未量化的权重。',
  'TRL cuts longer prompts, Quiver leaves them out.': 'TRL 截断过长的提示，Quiver 将其排除。',
  'The chat template of the model is used as it is.': '按原样使用模型的聊天模板。',

  // Sampling and evaluation.
  'A response ends at its end-of-text token.': '回答在文本结束 token 处终止。',
  'A response of Quiver calls no tools.': 'Quiver 的回答不调用工具。',
  'A run samples; it does not decode greedily.': '运行中使用采样，不使用贪心解码。',
  'Evaluations have the length limit of the run.': '评估使用运行的长度上限。',
  'Evaluations sample from the whole distribution.': '评估从整个分布中采样。',
  'Neither evaluates.': '两者都不评估。',
  'Quiver always has the greedy response beside the sampled ones.': '除采样的回答外，Quiver 总有一个贪心解码的回答。',
  'Quiver does not change the distribution for repetitions.': 'Quiver 不因重复而改变分布。',
  'Quiver evaluates before the first step wherever it evaluates.': '只要启用评估，Quiver 就会在第一步之前评估。',
  'Quiver filters groups by accuracy.': 'Quiver 按准确率过滤组。',
  'Quiver has no further options of generation.': 'Quiver 没有更多的生成选项。',
  'Quiver has no min_p.': 'Quiver 没有 min_p。',
  'Quiver samples as many prompts as are missing from the batch.': '批次缺多少提示，Quiver 就采样多少。',
  'TRL evaluates on a split of its dataset; name a file in evaluation.dataset.':
    'TRL 在数据集的某个划分上评估；请在 evaluation.dataset 中指定文件。',
  'verl does not validate unless test_freq is above 0, and neither will the run.':
    'test_freq 不大于 0 时 verl 不做验证，此运行也不做。',
  'verl ends with an error there; Quiver goes on with what it has.': 'verl 此时会报错退出；Quiver 用已有的数据继续。',
  'verl has no limit here.': 'verl 在此没有上限。',

  // Rewards and verifiers.
  'A reward in Python cannot run in Quiver; choose a verifier, or write one: `quiver verifier new`.':
    'Python 编写的奖励无法在 Quiver 中运行；请选择验证器，或自行编写：`quiver verifier new`。',
  'A reward of TRL is a Python function; this is the nearest verifier. Check what it accepts.':
    'TRL 的奖励是 Python 函数；此处为最接近的验证器。请检查它接受哪些回答。',
  'It belongs to a reward model or to the workers of verl’s scorers.': '属于奖励模型或 verl 评分进程。',
  'It is the weight of a KL in the reward.': '这是奖励中 KL 的权重。',
  'It names a function of the reward file.': '指定奖励文件中的函数。',
  'Leave-one-out advantages are n / (n − 1) times those of Quiver.': '留一法优势是 Quiver 的 n / (n − 1) 倍。',
  'Quiver adds the parts of a reward before it scales them.': 'Quiver 先把奖励的各部分相加，再做缩放。',
  'Quiver has its KL in the loss, never in the reward.': 'Quiver 的 KL 在损失中，不在奖励中。',
  'Quiver has no counterpart of {names}: choose a verifier, or write one (quiver verifier new).':
    'Quiver 没有与 {names} 对应的验证器：请选择一个，或自行编写（quiver verifier new）。',
  'Quiver has no {name} advantage: rewards are held against the mean of their group.':
    'Quiver 没有 {name} 优势：以组内平均奖励为基线。',
  'Quiver scales by group, batch or not at all, not by {value}.': 'Quiver 按组、按批缩放或不缩放，不支持 {value}。',
  'Quiver verifies answers; it has no reward model.': 'Quiver 验证答案，没有奖励模型。',
  'Without a counterpart: {names}.': '没有对应的：{names}。',
  'verl takes the scorer that the data_source of each row names; a run has one verifier, guessed here from the name of the data.':
    'verl 按每行的 data_source 选择评分器；Quiver 的运行只有一个验证器，此处根据数据名称猜测。',
  'verl’s rewards are −1 and 1 here, Quiver’s 0 and 1, so half the factor is the same punishment.':
    'verl 此处的奖励为 −1 和 1，Quiver 为 0 和 1，因此系数减半后惩罚相同。',

  // Methods.
  'A percentage; Quiver has a fraction.': '此处为百分数；Quiver 用小数。',
  'Archer 2.0 changes its loss; Quiver has that of the paper and of its first repository.':
    'Archer 2.0 修改了损失；Quiver 采用论文及其最初代码仓库的损失。',
  'Archer 2.0 moves its clip; Quiver has the clip of the paper.': 'Archer 2.0 的裁剪会移动；Quiver 采用论文中的裁剪。',
  'Archer’s code takes the mean of each micro-batch, Quiver of the whole mini-batch.':
    'Archer 的代码对每个微批次取平均，Quiver 对整个小批次取平均。',
  'At 1 every token is learned from.': '取 1 时从所有 token 学习。',
  'CISPO has no KL to the reference in Quiver.': 'Quiver 的 CISPO 没有到参考模型的 KL。',
  'GSPO has no KL to the reference in Quiver.': 'Quiver 的 GSPO 没有到参考模型的 KL。',
  'In TRL it is the bound of the weight, in Quiver its width around 1.':
    '在 TRL 中是权重的上界，在 Quiver 中是以 1 为中心的宽度。',
  'It belongs to an advantage with a critic, or to a KL in the reward.': '属于带 critic 的优势，或奖励中的 KL。',
  'One ratio a token, as always in this method.': '每个 token 一个比率，此方法一向如此。',
  'Quiver has no critic.': 'Quiver 没有 critic。',
  'Quiver has no {level} level; one ratio a response is taken.': 'Quiver 没有 {level} 级别；每个回答取一个比率。',
  'Quiver has no {mode} loss; it knows {names}. The plain clip is taken.':
    'Quiver 没有 {mode} 损失；可用的有 {names}。采用普通裁剪。',
  'Quiver has no {mode} loss here; it takes the mean over tokens.': 'Quiver 此处没有 {mode} 损失；对 token 取平均。',
  'Quiver has no {name} estimate of the KL; k3 (low_var_kl) is taken.':
    'Quiver 没有 {name} 这种 KL 估计；采用 k3（low_var_kl）。',
  'Quiver has the estimators k1, k2, k3 and k3+.': 'Quiver 有 k1、k2、k3 和 k3+ 估计。',
  'Quiver masks no responses by their KL.': 'Quiver 不按 KL 屏蔽回答。',
  'The reference of a run is renewed at the stages of a curriculum only.': '运行的参考模型只在课程的阶段交界处更新。',
  'The weight of an entropy bonus is not negative.': '熵奖励的权重不能为负。',
  'This method has no KL to the reference in Quiver.': '此方法在 Quiver 中没有到参考模型的 KL。',
  'This method has no entropy bonus in Quiver.': '此方法在 Quiver 中没有熵奖励。',
  'TRL takes the mean of each micro-batch, Quiver of the whole mini-batch.':
    'TRL 对每个微批次取平均，Quiver 对整个小批次取平均。',
  'TRL takes the threshold from the responses of one forward pass (per_device_train_batch_size × processes), Quiver from a micro-batch of update.micro_batch_tokens.':
    'TRL 的阈值取自一次前向计算的回答（per_device_train_batch_size × 进程数），Quiver 取自 update.micro_batch_tokens 个 token 的微批次。',
  'Where verl has clip_ratio_low and clip_ratio_high, clip_ratio alone changes nothing.':
    'verl 使用 clip_ratio_low 和 clip_ratio_high，单独的 clip_ratio 不起作用。',
  'With micro-batches of one response, Archer’s code takes the mean of response means; so does the form `repository`.':
    '微批次只含一个回答时，Archer 的代码取各回答平均值的平均；`repository` 形式也是如此。',
  'verl divides by the width of the batch, Quiver by responses × length limit, as TRL.':
    'verl 除以批次的宽度，Quiver 与 TRL 一样除以回答数 × 长度上限。',
  'verl’s GSPO always takes the mean of response means.': 'verl 的 GSPO 总是取各回答平均值的平均。',
  '{side} is not given; Archer’s code takes {fallback} for it.': '未给出 {side}；Archer 的代码用 {fallback} 代替。',

  // Batches, steps and the optimizer.
  'A run counts steps: epochs × problems / {prompts}. The problems of the data cannot be counted here; set steps.':
    '运行按步计数：轮数 × 题目数 / {prompts}。此处无法统计数据的题目数；请设置 steps。',
  'An update of Quiver has whole groups of {group}, TRL’s {responses} responses.':
    'Quiver 的一次更新由完整的组（每组 {group} 个）构成，TRL 为 {responses} 个回答。',
  'Checkpoints of Quiver come every so many steps, not by “{strategy}”; set checkpoint.every.':
    'Quiver 每隔若干步写入检查点，不支持“{strategy}”；请设置 checkpoint.every。',
  'A mini-batch of {mini} is larger than the {prompts} prompts of a step; all of them make one.':
    '{mini} 的小批量大于每步的 {prompts} 个提示；全部提示合为一个小批量。',
  'Quiver counts the tokens of a pass: {count} × {tokens} at most. Memory, never the result.':
    'Quiver 按每次计算的 token 数计：至多 {count} × {tokens}。只影响内存，不影响结果。',
  'Quiver has AdamW.': 'Quiver 使用 AdamW。',
  'Quiver has no {kind} schedule; it knows constant, linear and cosine.':
    'Quiver 没有 {kind} 学习率曲线；可用的有 constant、linear 和 cosine。',
  'Quiver keeps the order of a batch over its passes.': 'Quiver 在各遍中保持批次的顺序。',
  'Set checkpoint.every in steps.': '请以步数设置 checkpoint.every。',
  'TRL counts updates, Quiver rollout batches of {updates} updates.':
    'TRL 按更新次数计，Quiver 按采样批次计，每批 {updates} 次更新。',
  'The rate of Quiver falls to zero.': 'Quiver 的学习率降至零。',
  'The rate of Quiver falls to zero; a lowest rate is not kept.': 'Quiver 的学习率降至零；不保留最低学习率。',
  'The schedules of Quiver have no options; the rate falls to zero.': 'Quiver 的学习率曲线没有选项；学习率降至零。',
  'The warm-up is a part of the steps, and their number is not known here; set optimizer.warmup_steps.':
    '预热是总步数的一部分，而总步数未知；请设置 optimizer.warmup_steps。',
  'verl sets it itself from the length of the run.': 'verl 会根据运行长度自行设置。',
  '{epochs} epochs of {rows} problems, {prompts} a step.': '{epochs} 轮，{rows} 道题，每步 {prompts} 个提示。',
  '{responses} responses are no whole number of groups of {group}.':
    '{responses} 个回答不能分成整数个每组 {group} 个的组。',
}
