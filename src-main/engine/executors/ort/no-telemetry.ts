/**
 * The ONNX Runtime library reports usage to its maker unless this variable is set before it is loaded. It reads the
 * process's environment, which only the main thread of a Node process can change: import this there, too.
 */
process.env.ORT_DISABLE_TELEMETRY = '1'
