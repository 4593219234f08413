/** Titles and sentences of the watchdog's rules. */
export const alarms: Readonly<Record<string, string>> = {
  'Entropy collapsed': '熵已崩塌',
  'Entropy is {value} nats, below {limit}, a tenth of what it was in the first ten steps: the policy hardly explores any more. A higher upper clip, a weight on entropy or a lower learning rate keep it up.':
    '熵为 {value} nats，低于 {limit}，即前十步的十分之一：策略几乎不再探索。提高裁剪上界、增加熵权重或降低学习率可维持熵。',
  'Entropy fell off a cliff': '熵骤降',
  'Entropy is {value} nats, below {limit}, half the median of up to twenty steps before. Look at the responses before and after, and at the gradient norm.':
    '熵为 {value} nats，低于 {limit}，即之前二十步中位数的一半。请查看前后的回答以及梯度范数。',
  'Entropy explodes': '熵爆炸',
  'Entropy is {value} nats, above {limit}, three times what it was in the first ten steps: responses turn to noise. Look at the KL, the clipped share and truncation.':
    '熵为 {value} nats，高于 {limit}，即前十步的三倍：回答正变为噪声。请查看 KL、裁剪比例和截断情况。',
  'Next to no group has spread': '几乎没有组存在奖励差异',
  'In {value} of the groups all rewards are equal, at least {limit} for five steps: there is next to no gradient. Problems are too easy or too hard, or the verifier reads no answer.':
    '{value} 的组内奖励全部相同，连续五步不低于 {limit}：几乎没有梯度。题目过易或过难，或验证器读不到答案。',
  'Responses are cut': '回答被截断',
  '{value} of the responses are cut at the length limit, at least {limit} for three steps: right answers count as wrong. Raise max_completion_length, or look for repetition.':
    '{value} 的回答在长度上限处被截断，连续三步不低于 {limit}：正确答案会被判错。请提高 max_completion_length，或检查是否重复。',
  'Responses grow long': '回答变长',
  'Responses have {value} tokens on average, above {limit}, three times those of the first ten steps. Look whether length is rewarded.':
    '回答平均 {value} 个 token，高于 {limit}，即前十步的三倍。请检查长度是否得到了奖励。',
  'The clip takes much of the gradient': '裁剪去掉了大量梯度',
  '{value} of the tokens are clipped, at least {limit} for three steps: updates go far beyond the trust region. A lower learning rate or fewer updates per batch help.':
    '{value} 的 token 被裁剪，连续三步不低于 {limit}：更新远超信任域。降低学习率或减少每批更新次数会有帮助。',
  'Far from the reference': '远离参考模型',
  'The KL to the reference is {value} nats a token, at least {limit} for three steps: the policy has left the model it started from.':
    '与参考模型的 KL 为每 token {value} nats，连续三步不低于 {limit}：策略已偏离起始模型。',
  'Sampling and training disagree': '采样与训练不一致',
  'Log-probabilities of sampling and of training differ by {value} nats a token, at least {limit} for two steps: ratios are wrong before the first update. Let update.old_logprobs take a pass.':
    '采样与训练的对数概率每 token 相差 {value} nats，连续两步不低于 {limit}：首次更新前比率已不正确。请让 update.old_logprobs 重新计算一遍。',
  'Updates are skipped': '更新被跳过',
  '{value} updates of the step were skipped, at least {limit} for two steps: gradients are not finite, or the batch is empty.':
    '该步有 {value} 次更新被跳过，连续两步不低于 {limit}：梯度非有限，或批次为空。',
  'The verifier reads no answer': '验证器读不到答案',
  'In {value} of the responses the verifier finds no answer, at least {limit} for three steps: look whether they lack it or write it in another form.':
    '验证器在 {value} 的回答中找不到答案，连续三步不低于 {limit}：请查看是缺少答案还是写法不同。',
  'The verifier runs out of time': '验证器超时',
  '{value} of the checks ran into the time limit, at least {limit} for two steps: right answers may count as wrong. The machine may be busy, or the limit short.':
    '{value} 的检查超过时间限制，连续两步不低于 {limit}：正确答案可能被判错。机器可能繁忙，或限制过短。',
}
