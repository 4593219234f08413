import type { PaintContext } from '../../../src-renderer/heatmap/paint.ts'

export interface Recording {
  readonly context: PaintContext
  /** Calls in order: name, arguments, and the fill style in force. */
  readonly calls: { readonly name: string; readonly args: readonly unknown[]; readonly fillStyle: unknown }[]
  readonly named: (name: string) => Recording['calls']
}

/** A canvas context that paints nothing and keeps what it was told. */
export function recordingContext(): Recording {
  const calls: Recording['calls'] = []
  const state: Record<string, unknown> = {}
  const context = new Proxy(state, {
    get: (target, name) =>
      typeof name === 'string' && name in target
        ? target[name]
        : (...args: unknown[]) => calls.push({ name: String(name), args, fillStyle: target.fillStyle }),
  }) as unknown as PaintContext
  return { context, calls, named: (name) => calls.filter((call) => call.name === name) }
}
