/** What a run will take: data, samples, time and disk. */
export const preflight: Readonly<Record<string, string>> = {
  'About {step} a step, {all} in all.': '每步约 {step}，总计 {all}。',
  'About {step} a step and {evaluations} for the evaluations, {all} in all.':
    '每步约 {step}，评估约 {evaluations}，总计 {all}。',
  'As measured in the last {steps} steps of “{run}”.': '依据“{run}”最近 {steps} 步的实测。',
  'Before the start': '启动之前',
  Disk: '磁盘',
  'Most prompts ask for the form {form}, in which the verifier refuses the problem’s own answer: nothing could be rewarded. Choose a verifier that reads it.':
    '多数提示要求以 {form} 的形式作答，而验证器连题目自身的答案写成这种形式也不接受：任何回答都得不到奖励。请选择能读取该形式的验证器。',
  'Of the first {counted} prompts {count} are over data.max_prompt_length and are left out.':
    '前 {counted} 个提示中有 {count} 个超过 data.max_prompt_length，将被略去。',
  'From this machine’s {rate} GFLOP/s in matrix products: it may be several times as long or short, until a run of this model has measured it.':
    '由本机矩阵乘法速度 {rate} GFLOP/s 推算：在该模型有实测运行之前，实际时间可能相差数倍。',
  'How long it will take is not known: no run of this model has trained here yet.':
    '所需时间未知：尚无该模型的运行在此训练过。',
  'It will write about {total}: checkpoints {count} × {checkpoint}, traces {traces}, records {records}.':
    '将写入约 {total}：检查点 {count} × {checkpoint}，轨迹 {traces}，记录 {records}。',
  'Only {free} are free on the disk of the workspace: lower checkpoint.keep, trace less (trace.every, trace.groups), or choose another workspace.':
    '工作区所在磁盘仅剩 {free}：请降低 checkpoint.keep，减少轨迹（trace.every、trace.groups），或更换工作区。',
  'Response tokens: about {tokens} at the mean length of “{run}” ({length}), {most} at most.':
    '回答 token：按“{run}”的平均长度（{length}）约 {tokens}，最多 {most}。',
  'Response tokens: {most} at most.': '回答 token：最多 {most}。',
  Samples: '样本',
  '{free} are free on the disk of the workspace.': '工作区所在磁盘剩余 {free}。',
  '{responses} more responses in {evaluations} evaluations.': '另有 {evaluations} 次评估，共 {responses} 条回答。',
  '{steps} steps of {perStep} responses, {responses} in all, over {epochs} passes of the data.':
    '{steps} 步，每步 {perStep} 条回答，共 {responses} 条，数据遍历 {epochs} 遍。',
  '{count} of {all} held-out problems stand in the training data too, {alike} of them whole: the evaluation would measure memory.':
    '{all} 道留出题中有 {count} 道也出现在训练数据中，其中 {alike} 道完全相同：评估测到的将是记忆。',
  '{count} repeated prompts are left out.': '略去 {count} 个重复的提示。',
  '{count} rows without an answer are left out.': '略去 {count} 行没有答案的数据。',
  '{problems} held out.': '留出 {problems} 道。',
  '1 problem; its prompt has {most} tokens.': '1 个题目；提示为 {most} 个 token。',
  '{problems} problems; prompts of {mean} tokens on average, {most} at most.':
    '{problems} 道题；提示平均 {mean} 个 token，最多 {most} 个。',
}
