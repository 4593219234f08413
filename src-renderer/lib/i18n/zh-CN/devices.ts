/** The page of devices, and what each device is. */
export const devices: Readonly<Record<string, string>> = {
  'Any graphics card on Windows, by ONNX Runtime’s DirectML provider':
    'Windows 上的任意显卡，使用 ONNX Runtime 的 DirectML',
  'Any graphics card, by ONNX Runtime’s WebGPU provider': '任意显卡，使用 ONNX Runtime 的 WebGPU',
  'CPU, by ONNX Runtime': 'CPU，使用 ONNX Runtime',
  'CPU, by TensorFlow.js in plain JavaScript (slow; for comparison)':
    'CPU，使用纯 JavaScript 的 TensorFlow.js（较慢，仅供对比）',
  Busy: '忙碌',
  Card: '显卡',
  'Clocks of the card and its memory': '显卡与显存的频率',
  'Compute capability': '计算能力',
  'Copied by a training step': '一个训练步的拷贝量',
  'Copied for a decoded token': '解码一个 token 的拷贝量',
  'Does not work': '无法使用',
  Driver: '驱动',
  'Each is tried with a training step and a generation of the built-in model.':
    '每个设备都用内置模型试跑一个训练步和一次生成。',
  'Install it with {command}, then try again.': '用 {command} 安装，然后重试。',
  'Largest difference from the CPU': '与 CPU 的最大差异',
  Libraries: '库',
  'Memory of the card': '显存',
  'NVIDIA card, by ONNX Runtime’s CUDA provider': 'NVIDIA 显卡，使用 ONNX Runtime 的 CUDA',
  'NVIDIA card, by TensorFlow.js’s native library': 'NVIDIA 显卡，使用 TensorFlow.js 的原生库',
  'NVIDIA card, by Quiver’s own kernels': 'NVIDIA 显卡，使用 Quiver 自己的内核',
  'Not here': '未安装',
  'Nothing stays but the compiled programs: every run copies the inputs and the state it reads to the device, and the outputs and the state it changes back.':
    '设备上只保留编译好的程序：每次执行都把输入和要读取的状态拷到设备，再把输出和改变的状态拷回。',
  'Operations left to the CPU': '留给 CPU 的算子',
  Power: '功率',
  'Second NVIDIA card, by Quiver’s own kernels': '第二块 NVIDIA 显卡，使用 Quiver 自己的内核',
  'State and what one program leaves for another stay on the card; a run copies inputs there and back what is read.':
    '状态以及程序之间传递的结果保留在显卡上；每次执行拷入输入，只拷回要读取的内容。',
  'State stays with TensorFlow.js between runs; every run copies inputs there and outputs back.':
    '状态在两次执行之间由 TensorFlow.js 保留；每次执行拷入输入、拷回输出。',
  'State, inputs and outputs are this process’s own memory: nothing is copied but fresh outputs.':
    '状态、输入和输出都在本进程内存中：只拷贝新产生的输出。',
  'Try the devices again': '重新试跑设备',
  'Trying…': '正在试跑…',
  Usable: '可用',
  'the devices; a first try takes up to a minute': '设备；首次试跑最多需要一分钟',
  '{free} free of {total}': '共 {total}，剩余 {free}',
  '{in} in, {out} out': '入 {in}，出 {out}',
  '{percent} ({part} of {whole})': '{percent}（{whole} 个中的 {part} 个）',
}
