/** Errors, reasons of verdicts and events of a run as the services write them; the {names} stand where values are. */
export const services: Readonly<Record<string, string>> = {
  // Verdicts.
  'accepted by the verifier': '验证器接受',
  'another letter': '选项字母不同',
  'equal to the answer': '与答案相等',
  'expected one <answer>…</answer> behind the reasoning': '推理之后应有且仅有一个 <answer>…</answer>',
  'expected one <think>…</think>': '应有且仅有一个 <think>…</think>',
  'expected {wanted}, got {got}': '期望 {wanted}，得到 {got}',
  'in the format': '符合格式',
  'it ended with an error': '程序以错误结束',
  'it ran out of memory': '内存不足',
  'it took longer than the limit for all tests': '全部测试超过时间上限',
  'it took longer than the processor time limit': '超过处理器时间上限',
  'it took longer than the time limit': '超过时间上限',
  'it wrote into the channel of its answers': '向结果通道写入了其他内容',
  'it wrote more than the limit': '输出超过上限',
  'its process ended ({how})': '进程已结束（{how}）',
  'no Answer: line in the last 300 characters': '最后 300 个字符中没有 Answer: 行',
  'no box in the last 100 characters': '最后 100 个字符中没有答案框',
  'not equal by the rules of Archer': '按 Archer 的规则不相等',
  'not equal to the answer': '与答案不相等',
  "not the answer's number": '与答案的数值不同',
  "not the answer's text": '与答案的文本不同',
  'not the same text after normalisation': '规范化后文本不同',
  'nothing follows the reasoning': '推理之后没有内容',
  'refused by the verifier': '验证器拒绝',
  'test {index}: {reason}': '测试 {index}：{reason}',
  'the answer is empty': '答案为空',
  'the answer is not in a box': '答案不在答案框中',
  'the assertions hold': '断言全部成立',
  'the dataset\'s answer "{answer}" is not a letter': '数据集的答案“{answer}”不是字母',
  'the dataset\'s answer "{answer}" is not a number': '数据集的答案“{answer}”不是数字',
  'the final answer is not a number': '最终答案不是数字',
  'the final answer is not one letter': '最终答案不是单个字母',
  'the last box is empty': '最后一个答案框为空',
  'the last box is not closed': '最后一个答案框未闭合',
  'the pattern does not match': '模式不匹配',
  'the pattern matches': '模式匹配',
  'the reasoning is empty': '推理为空',
  'the reasoning is not at the start': '推理不在开头',
  'the response has no box': '回答中没有答案框',
  'the response has no closed block of code': '回答中没有闭合的代码块',
  'the response has no final answer': '回答中没有最终答案',
  'the response has no text after its reasoning': '回答在推理之后没有文本',
  'the result cannot be read': '结果无法读取',
  'the sandbox refused {call}': '沙箱拒绝了 {call}',
  'the test passed': '测试通过',
  'the verifier failed: {message}': '验证器失败：{message}',
  'the verifier took over {limit} ms': '验证器用时超过 {limit} ms',
  'the {backend} sandbox runs Python only': '{backend} 沙箱只能运行 Python',
  'wrong output': '输出错误',
  'wrong result': '结果错误',
  '{tests} tests passed': '{tests} 个测试通过',

  // Events and messages of a run.
  'After {rounds} sampling rounds {found} of {wanted} groups have both right and wrong responses; the step goes on with these. Raise rollout.max_gen_batches, or give problems that fit the model.':
    '采样 {rounds} 轮后，{wanted} 组中有 {found} 组同时含有正确与错误回答；本步以这些组继续。请提高 rollout.max_gen_batches，或使用难度适合模型的题目。',
  'Going on.': '继续运行。',
  'No group has both right and wrong responses: nothing to learn from, no update is made.':
    '没有一组同时含有正确与错误回答：无可学习，不做更新。',
  'Paused by the watchdog. {sentence}': '监控已暂停运行。{sentence}',
  'Paused; memory is kept.': '已暂停；内存保留。',
  'Resumed from the checkpoint of step {step}.': '已从第 {step} 步的检查点恢复。',
  'Stage {stage} of {stages} begins{more}.': '第 {stage} 阶段（共 {stages} 个）开始{more}。',
  ' with the policy as its reference': '，以当前策略为参考模型',
  'Started from the model folder.': '已从模型文件夹开始。',
  'The disk that holds {workspace} is full. Free some space and resume the run: everything recorded so far is kept.':
    '{workspace} 所在的磁盘已满。请释放空间后恢复运行：已记录的内容全部保留。',
  'The run is {status}.': '运行{status}。',
  'Started over from the model folder: there was no checkpoint, so the {count} recorded steps are done again.':
    '已从模型文件夹重新开始：没有检查点，因此已记录的 {count} 步将重做。',
  'The trainer (process {process}) died at step {step}. Its log may say why; resume the run to go on from the checkpoint of step {checkpoint}.':
    '训练进程（{process}）在第 {step} 步意外结束。日志中可能有原因；恢复运行即从第 {checkpoint} 步的检查点继续。',
  'The trainer (process {process}) died at step {step}. Its log may say why; resume the run to try again.':
    '训练进程（{process}）在第 {step} 步意外结束。日志中可能有原因；恢复运行可再试一次。',
  'The trainer (process {process}) died at step {step}. Its log may say why; it has no checkpoint yet, so resuming it starts over.':
    '训练进程（{process}）在第 {step} 步意外结束。日志中可能有原因；尚无检查点，恢复运行将从头开始。',
  'The trainer did not start. Its log says why; resume the run to try again.':
    '训练进程未能启动。原因见日志；恢复运行可再试一次。',
  'The trainer failed: {error}': '训练进程失败：{error}',
  '{count} training prompts are over the length limit and left out.': '{count} 个训练提示超过长度上限，已略去。',
  "{late} of {responses} responses ran into the verifier's time limit.":
    '{responses} 个回答中有 {late} 个超过验证器的时间上限。',
  '{sentence} Nothing was scored. Resume the run to check the responses again.':
    '{sentence}尚未评分。恢复运行可重新检查这些回答。',

  // Settings that do not fit each other.
  'A group of one response has no baseline, so nothing would be learned. Use 2 or more, or keep singleton groups.':
    '只有一个回答的组没有基线，学不到任何东西。请使用 2 个或更多，或保留单回答组。',
  "A mini-batch of {prompts} prompts is larger than the step's {step} (rollout.prompts_per_step).":
    '小批量的 {prompts} 个提示多于每步的 {step} 个（rollout.prompts_per_step）。',
  'The ramp of {tokens} tokens is longer than a response ({limit}).':
    '{tokens} 个 token 的惩罚区间比回答还长（{limit}）。',
  'The template must hold {prompt}.': '模板必须包含 {prompt}。',
  'There are {stages} stages and {numbers} numbers of epochs. Give one a stage, or none to share the steps.':
    '有 {stages} 个阶段，却有 {numbers} 个轮数。请为每个阶段给出一个，或全部留空以平分步数。',
  'With a LoRA adapter the reference is the base model and cannot be renewed. Set it to false.':
    '使用 LoRA 适配器时，参考模型就是基础模型，不能更新。请设为 false。',
  'pass@{k} needs at least as many samples; evaluation.n is {n}.':
    'pass@{k} 需要至少同样多的样本；evaluation.n 为 {n}。',
  'This is not valid YAML: {error}': '这不是有效的 YAML：{error}',

  // Models, datasets, devices and runs, and the states these are in.
  model: '模型',
  alarm: '警报',
  device: '设备',
  method: '方法',
  resumed: '已恢复',
  rollout: '采样',
  started: '已开始',
  verifier: '验证器',
  dataset: '数据集',
  interrupted: '已中断',
  paused: '已暂停',
  queued: '排队中',
  starting: '正在启动',
  stopping: '正在停止',
  'Quiver failed at this; its error output says where. The run data is not touched.':
    'Quiver 在此处出错；错误输出中有说明。运行数据不受影响。',
  'The dataset {path} cannot be read ({error}). Give the path of a JSONL, JSON, CSV or Parquet file.':
    '无法读取数据集 {path}（{error}）。请给出 JSONL、JSON、CSV 或 Parquet 文件的路径。',
  'The export failed; the error output of Quiver says why.': '导出失败；原因见 Quiver 的错误输出。',
  'The run "{name}" already trains in process {process}. Stop it there first.':
    '运行“{name}”已在进程 {process} 中训练。请先在那里停止。',
  'The run "{name}" is finished: no step is left to do.': '运行“{name}”已完成：没有剩余的步。',
  'The run "{name}" is stopping. Wait until it has stopped.': '运行“{name}”正在停止。请等待它停止。',
  'The run "{name}" is {status}. Stop it before deleting it.': '运行“{name}”{status}。请先停止再删除。',
  'The run "{name}" is {status}: it is not in the queue.': '运行“{name}”{status}：不在队列中。',
  'The run "{name}" is {status}: there is nothing to pause.': '运行“{name}”{status}：没有可暂停的内容。',
  'The run "{run}" cannot be brought back: its files are gone.': '运行“{run}”无法恢复：文件已删除。',
  'The run "{run}" has no checkpoint{more}; it has: {have}.': '运行“{run}”没有检查点{more}；现有：{have}。',
  ': the answers of all {count} rows are empty': '：全部 {count} 行的答案为空',
  ' of step {step}': '（第 {step} 步）',
  "The run cannot be written to {folder} ({error}). Check the disk's room and rights.":
    '无法将运行写入 {folder}（{error}）。请检查磁盘空间和权限。',
  'The weights {path} are missing. Give a Hugging Face model folder with all of its files.':
    '缺少权重 {path}。请给出包含全部文件的 Hugging Face 模型文件夹。',
  'Download that dataset as a Parquet, JSON or CSV file and give the file.':
    '请把该数据集下载为 Parquet、JSON 或 CSV 文件，并填写文件路径。',
  'Download that repository into a folder and give the folder.': '请把该仓库下载到文件夹，并填写文件夹路径。',
  'The {kind} {path} does not exist. “{reference}” looks like a Hugging Face id. {more}':
    '{kind} {path} 不存在。“{reference}”看起来是 Hugging Face 的 id。{more}',
  'The {kind} {path} does not exist. Give a path that does, or builtin:NAME.':
    '{kind} {path} 不存在。请给出存在的路径，或 builtin:NAME。',
  'There is no built-in {kind} "{name}". The built-in ones are in {folder}.':
    '没有名为“{name}”的内置 {kind}。内置的在 {folder} 中。',
  'There is no run "{run}" in {workspace}. List the runs with: quiver runs':
    '{workspace} 中没有运行“{run}”。用 quiver runs 列出全部运行。',
  '{path} holds no problems{more}. A dataset needs at least one row with a prompt and an answer.':
    '{path} 中没有题目{more}。数据集至少需要一行提示和答案。',
  '{path} is missing or names no architectures. Give a Hugging Face model folder.':
    '{path} 缺失或未写明架构。请给出 Hugging Face 模型文件夹。',
  '{path} is no safetensors file, or cut short. Copy or download it again.':
    '{path} 不是 safetensors 文件，或不完整。请重新复制或下载。',
  '{path}, line {line}': '{path} 第 {line} 行',
  '{path}, row {row}': '{path} 第 {row} 行',
  '{path}: expected a JSON array of problems, got {got}. For one object a line use .jsonl.':
    '{path}：应为题目的 JSON 数组，得到 {got}。每行一个对象请用 .jsonl。',
  '{path}: expected a file ending in .jsonl, .json, .csv or .parquet. Rename or convert it.':
    '{path}：应为以 .jsonl、.json、.csv 或 .parquet 结尾的文件。请改名或转换。',
  '{where}: expected a text or chat messages in one of {names}, got {got}.':
    '{where}：{names} 之一应为文本或聊天消息，得到 {got}。',
  '{where}: expected a text or number in one of {names} or reward_model.ground_truth, got {got}.':
    '{where}：{names} 之一或 reward_model.ground_truth 应为文本或数字，得到 {got}。',
  '{where}: expected an object with a prompt and an answer, got {got}.':
    '{where}：应为含提示和答案的对象，得到 {got}。',
  '{where}: this is not valid JSON ({error}). Mend or remove it.':
    '{where}：不是有效的 JSON（{error}）。请改正或删除。',
  'NVIDIA’s driver is not on this computer ({files}).': '此计算机上没有 NVIDIA 驱动程序（{files}）。',
  'NVIDIA’s run-time compiler NVRTC is not on this computer ({files}).':
    '此计算机上没有 NVIDIA 的运行时编译器 NVRTC（{files}）。',
  'NVIDIA’s library of matrix products cuBLASLt is not on this computer ({files}).':
    '此计算机上没有 NVIDIA 的矩阵乘法库 cuBLASLt（{files}）。',
  "Looked at QUIVER_CUDA, CUDA_HOME, the loader's folders and pip's packages.":
    '已查找 QUIVER_CUDA、CUDA_HOME、加载器的文件夹和 pip 的软件包。',
  "{reason} The driver comes from NVIDIA or the system's packages.": '{reason}驱动程序由 NVIDIA 或系统软件包提供。',
  '{library} is not beside ONNX Runtime; it is a download of its own and needs CUDA 12 and cuDNN 9.':
    'ONNX Runtime 旁没有 {library}；它需要单独下载，并需要 CUDA 12 和 cuDNN 9。',
  'ONNX Runtime has its CUDA provider for Linux on x64 only; this is {platform} on {architecture}.':
    'ONNX Runtime 的 CUDA 提供程序只支持 x64 上的 Linux；此处为 {architecture} 上的 {platform}。',
  'ONNX Runtime has no WebGPU provider for {platform} on {architecture}.':
    'ONNX Runtime 没有用于 {architecture} 上 {platform} 的 WebGPU 提供程序。',
  'ONNX Runtime finds no graphics card with a driver that it accepts (on Linux: a Vulkan driver, found through libvulkan.so.1).':
    'ONNX Runtime 找不到带有可用驱动程序的显卡（Linux 上为通过 libvulkan.so.1 找到的 Vulkan 驱动）。',
  'DirectML is a part of Windows; this is {platform} on {architecture}.':
    'DirectML 是 Windows 的一部分；此处为 {architecture} 上的 {platform}。',
  'Computes on {device}: {wanted} was taken.': '在 {device} 上计算：{wanted} 已被占用。',
  'The card "{card}" computes the run "{run}", and a card computes one run at a time. Put this run in the queue, or choose another device.':
    '显卡“{card}”正在计算运行“{run}”，一张显卡同时只计算一个运行。请将此运行加入队列，或选择其他设备。',
}
