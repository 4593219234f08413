/** Numbers, times, forms and the line to the services. */
export const lib: Readonly<Record<string, string>> = {
  ', ': '，',
  ' or ': ' 或 ',
  '{days} d {hours} h': '{days} 天 {hours} 小时',
  '{hours} h {minutes} min': '{hours} 小时 {minutes} 分',
  '{minutes} min {seconds} s': '{minutes} 分 {seconds} 秒',
  '{seconds} s': '{seconds} 秒',
  '{sentence}, got {value}.': '{sentence}，实际为 {value}。',
  '{sentence}.': '{sentence}。',
  '{sentence}; it is empty.': '{sentence}；目前为空。',
  'A config is a list of “key: value” lines, and this is not one.': '配置应由“键: 值”的行组成，这段文本不是。',
  General: '常规',
  'Must be a group of settings': '必须是一组设置',
  'Must be a list': '必须是列表',
  'Must be a number': '必须是数字',
  'Must be a text': '必须是文本',
  'Must be a whole number': '必须是整数',
  'Must be a yes or no': '必须是“是”或“否”（true 或 false）',
  'Must be above {limit}': '必须大于 {limit}',
  'Must be at least {limit}': '不得小于 {limit}',
  'Must be at most {limit}': '不得大于 {limit}',
  'Must be below {limit}': '必须小于 {limit}',
  'Must be of another type': '类型不正确',
  'Must be {choices}': '必须是 {choices}',
  'Must have at most {limit} characters': '最多 {limit} 个字符',
  'Must not be empty': '不得为空',
  'The connection to Quiver was lost before the answer came. It is being made again; then try once more.':
    '在收到答复之前与 Quiver 的连接断开了。正在重新连接，连接恢复后请重试。',
  'There is no setting “{key}” here. Did you mean “{closest}”?': '此处没有名为“{key}”的设置。是否想写“{closest}”？',
  'There is no setting “{key}” here. Remove it, or correct its name.':
    '此处没有名为“{key}”的设置。请删除它，或改正名称。',
  'This is not valid YAML at line {line}, column {column}: {reason}.':
    'YAML 格式有误，第 {line} 行第 {column} 列：{reason}。',
  'A value that begins with * stands for what & names elsewhere, and this cannot be followed ({reason}). Put it in quotes if it is a text.':
    '以 * 开头的值代表别处用 & 命名的内容，而此处无法解析（{reason}）。如果它是文本，请加上引号。',
  'a backslash in double quotes begins an escape, and this one is not known; use single quotes':
    '双引号中的反斜杠表示转义，而此转义无法识别；请使用单引号',
  'the indentation does not fit the lines around it, or a bracket is not closed':
    '缩进与前后各行不一致，或有括号未闭合',
  'a value cannot begin with this character unless it is in quotes': '值不能以该字符开头，除非加上引号',
  'there are two “key: value” on one line; begin a new line, or put the value in quotes':
    '一行中有两个“键: 值”；请另起一行，或给值加上引号',
  'inside [ ] and { } lists and groups are written with brackets as well': '在 [ ] 和 { } 中，列表和分组也要用括号书写',
  'this key stands twice in its group; keep one of them': '该键在同一组中出现了两次；请只保留一个',
  'a colon after a key, a comma, a closing quote or bracket, or a space is missing':
    '缺少键后的冒号、逗号、右引号、右括号或空格',
  'a key must fit on one line; most likely a colon is missing at its end': '键必须写在一行之内；很可能行末缺少冒号',
  'a second document begins here; remove the line ---': '此处开始了第二个文档；请删除 --- 一行',
  'tabs cannot indent; use spaces': '不能用制表符缩进；请使用空格',
  'nothing can stand here; most likely a quote or bracket is one too many': '此处不应有内容；很可能多了一个引号或括号',
  'above {limit}': '大于 {limit}',
  'at least {limit}': '不小于 {limit}',
  'at most {limit}': '不大于 {limit}',
  'below {limit}': '小于 {limit}',
  'just now': '刚刚',
  '{source} ({note})': '{source}（{note}）',
}
