/** What is wrong with models, datasets, sandboxes, devices and the store, as the services say it. */
export const serviceFaults: Readonly<Record<string, string>> = {
  'Quiver is closing.': 'Quiver 正在关闭。',
  // config.json of a model, and adapter_config.json.
  '{key} is {status}, expected {kind}.': '{key}：{status}，应为{kind}。',
  missing: '缺失',
  'a positive integer': '正整数',
  'a positive number': '正数',
  '{key} is {value}, expected true or false.': '{key} 为 {value}，应为 true 或 false。',
  '{key} is {value}, expected one entry for each of the {layers} layers.':
    '{key} 为 {value}，应为 {layers} 层各有一项。',
  'num_attention_heads = {heads} is not a multiple of num_key_value_heads = {keys}. Use a config whose query heads split evenly over the key/value heads.':
    'num_attention_heads = {heads} 不是 num_key_value_heads = {keys} 的倍数。请使用查询头能均分到键值头的配置。',
  'the model is {kind} (model_type {type}), which is not supported. The supported architectures are {names}.':
    '模型为 {kind}（model_type {type}），不受支持。支持的架构有 {names}。',
  'of no stated type': '未写明的类型',
  'hidden_act is {value}, but only "silu" is supported.': 'hidden_act 为 {value}，只支持 "silu"。',
  'the weights are quantized (quantization_config). Use the float32, bfloat16 or float16 model.':
    '权重已量化（quantization_config）。请使用 float32、bfloat16 或 float16 的模型。',
  'hidden_size = {size} over num_attention_heads = {heads} gives a head size of {head}; rotary embeddings need an even integer.':
    'hidden_size = {size} 除以 num_attention_heads = {heads} 得到的头大小为 {head}；旋转位置编码需要偶数。',
  'neither no_rope_layers nor no_rope_layer_interval says which layers have no rotary positions. Add one of them.':
    'no_rope_layers 和 no_rope_layer_interval 都没有说明哪些层不用旋转位置编码。请补充其一。',
  'rope type "{type}" is not supported; the supported ones are {names}.':
    '不支持 rope 类型“{type}”；支持的有 {names}。',
  'rope parameters differ between layers ("{name}" has its own), but all layers must share one set.':
    '各层的 rope 参数不同（“{name}”有自己的参数），而所有层必须共用一组。',
  'partial_rotary_factor is {value}, but only 1 (whole heads) is supported.':
    'partial_rotary_factor 为 {value}，只支持 1（整个头）。',
  'rope_interleaved is true, but only rotation by halves is supported.':
    'rope_interleaved 为 true，只支持按前后两半旋转。',
  'peft_type is {value}, but only "LORA" adapters are supported.': 'peft_type 为 {value}，只支持 "LORA" 适配器。',
  '{key} is {value}, which is not supported. Use an adapter of plain LoRA.':
    '{key} 为 {value}，不受支持。请使用普通 LoRA 适配器。',
  'lora_dropout is {value}, expected a number from 0 to below 1.':
    'lora_dropout 为 {value}，应为不小于 0 且小于 1 的数。',
  'target_modules is {value}, which picks no module. {sentence}':
    'target_modules 为 {value}，没有选中任何模块。{sentence}',
  'The linear modules are {names}.': '线性模块有 {names}。',
  '{key} is {value}, expected a list of module names or a pattern.': '{key} 为 {value}，应为模块名列表或模式。',
  '{key} names "{name}", which is no linear module of a layer. {sentence}':
    '{key} 中的“{name}”不是层的线性模块。{sentence}',
  "{path}: base_model_name_or_path is {value}, which is no model folder here. Name the base model's folder there, or with --base.":
    '{path}：base_model_name_or_path 为 {value}，此处没有这个模型文件夹。请在该处或用 --base 指定基础模型的文件夹。',
  '{path} is a PEFT folder, which brings its own adapter. Leave `lora` empty to go on with it, or merge it into its base first.':
    '{path} 是 PEFT 文件夹，自带适配器。将 `lora` 留空即可继续训练它，或先将其合并到基础模型中。',

  // Files of a model.
  '{path} cannot be read ({reason}). A model folder holds config.json, model.safetensors and tokenizer.json.':
    '无法读取 {path}（{reason}）。模型文件夹应包含 config.json、model.safetensors 和 tokenizer.json。',
  '{path} is not valid JSON: {reason}.': '{path} 不是有效的 JSON：{reason}。',
  '{path} holds {kind}, expected a JSON object.': '{path} 的内容是{kind}，应为 JSON 对象。',
  'an array': '数组',
  '{path} has no weight_map. It must name the shard of each tensor.':
    '{path} 没有 weight_map，其中应写明各张量所在的分片。',
  '{path}: model.safetensors.index.json has no weight_map. Copy it again.':
    '{path}：model.safetensors.index.json 没有 weight_map。请重新复制。',
  '{path} names the shard {name}, expected a .safetensors file in its own folder.':
    '{path} 中的分片 {name} 应为同一文件夹中的 .safetensors 文件。',
  '{path} has {bytes} bytes, too few for a safetensors file. Copy or download it again.':
    '{path} 只有 {bytes} 字节，不足以成为 safetensors 文件。请重新复制或下载。',
  '{path} announces a header of {header} bytes but has {bytes} bytes in all: it is truncated or no safetensors file. Copy or download it again.':
    '{path} 声明文件头为 {header} 字节，但总共只有 {bytes} 字节：文件不完整或不是 safetensors 文件。请重新复制或下载。',
  '{path} has a header that is not JSON ({reason}): not a safetensors file.':
    '{path} 的文件头不是 JSON（{reason}）：不是 safetensors 文件。',
  '{path} has a header that is not a JSON object: not a safetensors file.':
    '{path} 的文件头不是 JSON 对象：不是 safetensors 文件。',
  '{path}: tensor "{name}" {reason}.': '{path}：张量“{name}”{reason}。',
  'has element type {type}, expected F32, F16, BF16 or I32; convert the file first':
    '的元素类型为 {type}，应为 F32、F16、BF16 或 I32；请先转换文件',
  'has shape {shape}, expected an array of sizes': '的形状为 {shape}，应为大小的数组',
  'has data_offsets {offsets}, expected [start, end]': '的 data_offsets 为 {offsets}，应为 [start, end]',
  'lies at bytes {start} to {end}, but the file holds {bytes} bytes of data: it is truncated; copy or download it again':
    '位于第 {start} 至 {end} 字节，而文件只有 {bytes} 字节数据：文件不完整；请重新复制或下载',
  'of shape [{shape}] in {type} needs {bytes} bytes, got {got}':
    '（形状 [{shape}]，{type}）需要 {bytes} 字节，实际为 {got} 字节',
  '{path}: tensor "{name}" starts at byte {start}, but "{previous}" ends at {end}: tensors {reason}. The file is damaged.':
    '{path}：张量“{name}”从第 {start} 字节开始，而“{previous}”在第 {end} 字节结束：张量{reason}。文件已损坏。',
  overlap: '重叠',
  'leave a gap': '之间有空隙',
  '{path} holds {bytes} bytes after its last tensor. The file is damaged.':
    '{path} 在最后一个张量之后还有 {bytes} 字节。文件已损坏。',
  '{path} cannot be opened ({reason}). Check that the file exists.':
    '无法打开 {path}（{reason}）。请检查文件是否存在。',
  '{path} ended while it was read. Copy or download it again.': '{path} 在读取时提前结束。请重新复制或下载。',
  '{path}: tensor "{name}" of shape [{shape}] needs {count} values, got {got}.':
    '{path}：形状为 [{shape}] 的张量“{name}”需要 {count} 个值，实际为 {got} 个。',
  '{path}: the weights hold no tensor "{name}", which the config calls for with shape [{shape}].':
    '{path}：权重中没有配置所要求的张量“{name}”（形状 [{shape}]）。',
  '{path}: tensor "{name}" has shape [{shape}], but the config calls for [{expected}]. Config and weights are of different models.':
    '{path}：张量“{name}”的形状为 [{shape}]，而配置要求 [{expected}]。配置与权重属于不同的模型。',
  '{path}: the weights hold a tensor "{name}" that the config has no place for. Config and weights are of different models.':
    '{path}：权重中的张量“{name}”在配置中没有对应。配置与权重属于不同的模型。',
  '{path} has {shape} under "{name}", expected [{expected}] for this model.':
    '{path} 中“{name}”为 {shape}，此模型应为 [{expected}]。',
  '{path}: the chat template cannot render a conversation of {roles}: {reason}.':
    '{path}：聊天模板无法渲染由 {roles} 组成的对话：{reason}。',
  '{path}: the chat template cannot be read: {reason}.': '{path}：无法读取聊天模板：{reason}。',
  '{path} is not a tokenizer that can be read: {reason}.': '无法读取分词器 {path}：{reason}。',
  '{path}: the tokenizer has no chat template, so a conversation cannot become a prompt. Use plain text prompts or a chat model.':
    '{path}：分词器没有聊天模板，无法把对话变成提示。请使用纯文本提示或聊天模型。',
  '{path}: the text {text} holds {character}, which is not in the vocabulary. Use only characters the tokenizer knows.':
    '{path}：文本 {text} 含有词表之外的 {character}。请只使用分词器认识的字符。',
  '{path} is the folder that is exported. Give another one.': '{path} 就是要导出的文件夹。请另选一个。',
  '{path} holds whole weights, so there is no adapter to merge. Leave --merge out.':
    '{path} 是完整权重，没有可合并的适配器。请去掉 --merge。',
  '{path} exists already. Remove it, or choose another folder.': '{path} 已存在。请删除它，或另选文件夹。',
  "The run cannot be exported to {path} ({reason}). Check the disk's room and rights.":
    '无法将运行导出到 {path}（{reason}）。请检查磁盘空间和权限。',

  // Sampling and scoring.
  'The temperature is {value}, expected more than 0.': '温度为 {value}，应大于 0。',
  'top_p is {value}, expected more than 0 and at most 1.': 'top_p 为 {value}，应大于 0 且不超过 1。',
  'top_k is {value}, expected 0 or a whole number above.': 'top_k 为 {value}，应为 0 或正整数。',
  'The token limit is {value}, expected a whole number of at least 1.': 'token 上限为 {value}，应为不小于 1 的整数。',
  '{count} alternatives per token were asked for, expected 0 to {size}, the vocabulary.':
    '要求每个 token 保存 {count} 个候选，应为 0 到词表大小 {size}。',
  'Prompt {row} has no tokens; generation needs at least one.': '提示 {row} 没有 token；生成至少需要一个。',
  'Prompt {row} with {count} new tokens': '提示 {row} 加 {count} 个新 token',
  'Row {row}': '第 {row} 行',
  'Row {row} has no prompt token; the first token needs a prefix.':
    '第 {row} 行没有提示 token；第一个 token 之前需要前缀。',
  'Got {prompts} prompt lengths and {responses} response lengths.':
    '得到 {prompts} 个提示长度和 {responses} 个回答长度。',
  "The rows' lengths add up to {sum}, but there are {tokens} tokens.": '各行长度之和为 {sum}，而 token 数为 {tokens}。',
  '{where} takes {length} tokens, but the model has {positions} positions.':
    '{where}需要 {length} 个 token，而模型只有 {positions} 个位置。',
  "{where} takes {length} tokens, but the model's attention slides over {window} tokens, and only texts within the window are supported. Shorten prompt or response.":
    '{where}需要 {length} 个 token，而模型的滑动窗口注意力为 {window} 个 token，只支持窗口之内的文本。请缩短提示或回答。',
  'Token {index} has id {id}, but the vocabulary has the ids 0 to {last}.':
    '第 {index} 个 token 的 id 为 {id}，而词表的 id 为 0 至 {last}。',
  'Supervised training got no examples. Give it at least one.': '监督训练没有样例。请至少给出一个。',
  '{path}: all {count} prompts are longer than max_prompt_length = {limit} tokens. Raise the limit or use another dataset.':
    '{path}：全部 {count} 个提示都超过 max_prompt_length = {limit} 个 token。请提高上限或换用其他数据集。',
  'All {count} prompts of {path} are longer than data.max_prompt_length = {limit} tokens. Raise the limit or use another dataset.':
    '{path} 的全部 {count} 个提示都超过 data.max_prompt_length = {limit} 个 token。请提高上限或换用其他数据集。',
  '{dataset} has the problems 1 to {count}, not {row}. Choose one of them.':
    '{dataset} 只有第 1 至 {count} 题，没有第 {row} 题。请从中选择。',
  'The prompt has no tokens. Write a prompt.': '提示没有 token。请输入提示。',
  'The tokenizer of {model} is another one: token {index} of the response, id {id}, is {piece} to it and was {expected} when it was sampled. Score with a model of the same family.':
    '{model} 的分词器不同：回答的第 {index} 个 token（id {id}）对它是 {piece}，采样时是 {expected}。请用同一系列的模型评分。',
  'This failed inside Quiver: {reason} Try another model or setting; nothing stored is touched.':
    'Quiver 内部出错：{reason} 请换用其他模型或设置；已保存的内容不受影响。',
  'What was sampled is no longer held here. Sample again.': '采样的内容已不再保留。请重新采样。',
  "The sampler ended by {how} before it was done. If memory was short, take a smaller model, fewer models or fewer responses; its error output is the host's.":
    '采样进程因 {how} 提前结束。若内存不足，请使用更小的模型、更少的模型或更少的回答；其错误输出见主进程。',
  'This response was stored without its tokens (trace.every, trace.groups), so none can be scored.':
    '保存此回答时没有保存 token（trace.every、trace.groups），因此无法评分。',
  'A reference of a code dataset is its tests, and no solution to hold against them. Check responses instead.':
    '代码数据集的参考答案就是测试本身，没有可供检查的解答。请改为检查回答。',

  // Runs, checkpoints and the curriculum.
  '{path} cannot be read, so this folder is no checkpoint to resume from. Use an older one.':
    '无法读取 {path}，此文件夹不能作为恢复用的检查点。请使用更早的检查点。',
  '{path} says it holds step {step}, which its name denies. Use an older checkpoint.':
    '{path} 记录的步数 {step} 与其名称不符。请使用更早的检查点。',
  'A curriculum of {stages} stages needs as many problems, got {count}. Lower curriculum.stages.':
    '{stages} 个阶段的课程至少需要同样多的题目，实际为 {count} 道。请减小 curriculum.stages。',
  'The reference of stage {stage}, {path}, is missing, so the run cannot go on as it began. Start a new run.':
    '缺少第 {stage} 阶段的参考模型 {path}，无法按原样继续。请新建运行。',
  'The config does not fit.': '配置不适用。',
  'The run "{name}" is {status}: it has not stopped.': '运行“{name}”{status}：尚未停止。',
  'The run "{name}" is {status}. Only a stopped, failed or interrupted run can wait to go on; queue a new run of its config instead.':
    '运行“{name}”{status}。只有已停止、失败或中断的运行可以排队等待继续；请改用其配置新建运行排队。',
  'There is no run "{run}". List the runs with: quiver runs': '没有运行“{run}”。用 quiver runs 列出全部运行。',
  'There is no run "{run}" to record for: it was deleted.': '没有可供记录的运行“{run}”：它已被删除。',
  'There is no stored response {id}. It was deleted or taken back by a resume.':
    '没有已保存的回答 {id}。它已被删除，或因恢复运行而撤回。',
  'There is no semantic-entropy pass "{id}". List them with: quiver curriculum list':
    '没有语义熵采样“{id}”。用 quiver curriculum list 列出全部。',
  'Process {pid} already works on the pass "{id}". Stop it there first.':
    '进程 {pid} 已在进行采样“{id}”。请先在那里停止。',
  'The pass "{id}" is running. Stop it before you delete it: quiver curriculum stop {command}':
    '采样“{id}”正在进行。请先停止再删除：quiver curriculum stop {command}',
  'The pass "{id}" is gone for good. Start it again to sample its prompts anew.':
    '采样“{id}”已彻底删除。重新开始即可再次对提示采样。',
  'The pass "{id}" is {status}: there is nothing to stop.': '采样“{id}”{status}：没有可停止的内容。',
  'The process {pid} that worked on it died. Start it again to go on.':
    '负责它的进程 {pid} 已意外结束。重新开始即可继续。',
  'The pass failed: {reason}': '采样失败：{reason}',

  // The store.
  '{file} has schema version {version}; this Quiver knows versions up to {newest}. Use a newer Quiver.':
    '{file} 的结构版本为 {version}；此 Quiver 只支持到版本 {newest}。请使用更新的 Quiver。',
  'The workspace folder {path} cannot be made ({reason}). Choose another with --data or QUIVER_WORKSPACE.':
    '无法创建工作区文件夹 {path}（{reason}）。请用 --data 或 QUIVER_WORKSPACE 另选一个。',
  'The disk is full: {file} could not grow. What was recorded before is safe. Free some space.':
    '磁盘已满：{file} 无法写入更多内容。之前的记录完好。请释放空间。',
  '{file} is not a Quiver store: its contents are no SQLite database. Move it away.':
    '{file} 不是 Quiver 的数据库：内容不是 SQLite。请将其移走。',
  '{file} is damaged. Move it away, or rescue it with the "recover" command of the sqlite3 program.':
    '{file} 已损坏。请将其移走，或用 sqlite3 程序的 "recover" 命令抢救。',
  '{file} cannot be written. Make the file and its folder writable, or use --data.':
    '无法写入 {file}。请使文件及其文件夹可写，或使用 --data。',
  '{file} cannot be opened. Check that its folder exists and may be written.':
    '无法打开 {file}。请检查其文件夹是否存在且可写。',
  '{file} stayed locked by another program for five seconds. Close that program.':
    '{file} 被另一程序锁定超过五秒。请关闭该程序。',
  'Reading or writing {file} failed. The disk may be full, unplugged or broken; check it and try again.':
    '读写 {file} 失败。磁盘可能已满、被拔出或损坏；请检查后重试。',

  // Datasets and names.
  '"{name}" names no built-in {kind}: a name has letters, digits, dots and dashes.':
    '“{name}”不是内置{kind}的名称：名称由字母、数字、点和短横线组成。',
  '{where}: {reason}. Mend the CSV file.': '{where}：{reason}。请改正 CSV 文件。',
  'it is no whole Parquet file: {error}': '不是完整的 Parquet 文件：{error}',
  'The private tests of a LiveCodeBench row cannot be read: {reason}. Download the dataset again.':
    '无法读取 LiveCodeBench 的隐藏测试：{reason}。请重新下载数据集。',
  'they do not unpack ({error})': '无法解压（{error}）',
  'they end too early': '内容不完整',
  'they hold more than one text': '其中不止一段文本',
  'they hold more than a text (pickle opcode 0x{code})': '其中不只有文本（pickle 操作码 0x{code}）',
  'The tests of a code problem cannot be read: {reason}. Expected a LiveCodeBench list, {"inputs", "outputs"} or {"functional"}.':
    '无法读取代码题的测试：{reason}。应为 LiveCodeBench 列表、{"inputs", "outputs"} 或 {"functional"}。',
  'it has no tests': '没有测试',
  'it is not JSON ({error})': '不是 JSON（{error}）',
  'it is neither an object nor a list': '既不是对象也不是列表',
  'its test cases are no list': '测试用例不是列表',
  'a test is no object': '某个测试不是对象',
  'a functional test has no metadata.func_name': '函数测试没有 metadata.func_name',
  'it has no inputs and outputs': '没有输入和输出',
  'it has {inputs} inputs and {outputs} outputs': '有 {inputs} 个输入和 {outputs} 个输出',
  'the input of a function is no list of arguments': '函数的输入不是参数列表',
  'a test has no input or no output': '某个测试缺少输入或输出',

  // Verifiers and sandboxes.
  'Code checking is off: no sandbox holds on this machine. Model-written code never runs outside one.\n{reason}':
    '代码检查已关闭：本机没有可用的沙箱。模型编写的代码绝不在沙箱之外运行。\n{reason}',
  'its self-test failed: {checks}': '自检失败：{checks}',
  'The {backend} sandbox did not start ({how}).': '{backend} 沙箱未能启动（{how}）。',
  'The sandbox did not start: {reason}.': '沙箱未能启动：{reason}。',
  'The wasm sandbox did not start: {reason}.': 'wasm 沙箱未能启动：{reason}。',
  'The sandbox of the custom verifier did not start: {reason}.': '自定义验证器的沙箱未能启动：{reason}。',
  'The bwrap sandbox needs Linux on x64 or arm64; this is {platform} on {architecture}.':
    'bwrap 沙箱需要 x64 或 arm64 上的 Linux；此处为 {architecture} 上的 {platform}。',
  'bubblewrap does not start a program here: {reason}.': 'bubblewrap 无法在此处启动程序：{reason}。',
  'it ended with {outcome}, code {code}': '以 {outcome} 结束，代码 {code}',
  'python3 does not run ({reason}). Install Python 3.9 or newer.':
    'python3 无法运行（{reason}）。请安装 Python 3.9 或更新版本。',
  '{name} is not installed (looked in {folders}). Install {package}.':
    '没有安装 {name}（已查找 {folders}）。请安装 {package}。',
  'Pyodide is not in {folder}. Run "npm ci" in {path}.': '{folder} 中没有 Pyodide。请在 {path} 中运行“npm ci”。',
  'Quiver needs Node {version} and {path} is missing. Run "npm ci" in {folder}.':
    'Quiver 需要 Node {version}，而 {path} 缺失。请在 {folder} 中运行“npm ci”。',
  'The pattern /{pattern}/{flags} is no regular expression ({error}). Correct verifier.pattern.':
    '模式 /{pattern}/{flags} 不是正则表达式（{error}）。请改正 verifier.pattern。',
  'The verifier {path}: expected a file ending in .ts or .js.': '验证器 {path}：应为以 .ts 或 .js 结尾的文件。',
  'The verifier {path} cannot be read ({reason}). `quiver verifier new NAME` makes one.':
    '无法读取验证器 {path}（{reason}）。可用 `quiver verifier new NAME` 生成。',
  'it is larger than 1 MiB': '大于 1 MiB',
  '{path} did not load within {seconds} s.': '{path} 未能在 {seconds} 秒内加载。',
  'it ended at once': '它立即结束了',
  '{path} cannot be used: {reason}. Mend the file.': '无法使用 {path}：{reason}。请改正文件。',
  '{path} answered before it was asked.': '{path} 在被询问之前就作了回答。',
  '{path}: its examples must be a list of {response, answer, correct}: two texts and true or false.':
    '{path}：examples 应为 {response, answer, correct} 的列表：两段文本和 true 或 false。',
  '{sentence}: its process ended. {errors}': '{sentence}：进程已结束。{errors}',
  '{sentence}: {reason}. Mend the file.': '{sentence}：{reason}。请改正文件。',
  '{sentence}: expected true, false or {correct, score?, extracted?, reason?}. Mend the file.':
    '{sentence}：应为 true、false 或 {correct, score?, extracted?, reason?}。请改正文件。',
  'The verifier {path} failed on the response {response}': '验证器 {path} 处理回答 {response} 时失败',
  'it wrote something else to the channel of verdicts': '它向判定通道写入了其他内容',

  // What an answer in mathematics is read as.
  'a choice': '选项',
  'a list': '列表',
  'a list of {count} items': '含 {count} 项的列表',
  'a matrix': '矩阵',
  'a number in a base': '带进制的数',
  'a number or expression': '数或表达式',
  'a ratio': '比',
  'a tuple or interval': '元组或区间',
  'a union': '并集',
  'a {rows} × {columns} matrix': '{rows} × {columns} 矩阵',
  'an empty set': '空集',
  'an equation': '等式',
  'an inequality': '不等式',

  // Devices.
  'The device "{device}" cannot be used: {reason}': '设备“{device}”不可用：{reason}',
  'The device "{device}" does not start: {reason}': '设备“{device}”无法启动：{reason}',
  'Choose another device.': '请选择其他设备。',
  'Install it with "{command}".': '用“{command}”安装。',
  'Install it with "{command}", or choose another device.': '请用“{command}”安装，或选择其他设备。',
  "Its results differ from the CPU's by {difference}, more than {most}.":
    '其结果与 CPU 相差 {difference}，超过 {most}。',
  'Its work failed: {reason}': '运行失败：{reason}',
  'Its test ended by {how} before a result.': '测试因 {how} 结束，没有得到结果。',
  'The driver says: {warning}': '驱动程序提示：{warning}',
  'The package {name} is not installed.': '没有安装软件包 {name}。',
  'The card "{card}" has no room for {bytes} more bytes.': '显卡“{card}”已放不下另外 {bytes} 字节。',
}
