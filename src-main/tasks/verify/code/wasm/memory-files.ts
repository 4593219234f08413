interface FileNode {
  usedBytes: number
}

type Resize = (node: FileNode, size: number) => void

/** The part of Emscripten's file system that files in memory live in. */
export interface MemoryFiles {
  readonly ErrnoError: new (code: number) => Error
  readonly filesystems: { readonly MEMFS: { expandFileStorage: Resize; resizeFileStorage: Resize } }
}

const noSpace = 51

/**
 * Bounds the bytes of all files in memory: they are JavaScript arrays, which no limit of WebAssembly memory counts. A
 * write over the quota fails as on a full disk.
 */
export function limitFiles(files: MemoryFiles, quotaBytes: number): void {
  const memory = files.filesystems.MEMFS
  const sizes = new WeakMap<FileNode, number>()
  let total = 0
  const bounded =
    (original: Resize): Resize =>
    (node, size) => {
      const before = sizes.get(node) ?? 0
      // Storage grows ahead of use, by an eighth and more; it is what takes memory.
      const after = Math.max(before, size)
      if (total + after - before > quotaBytes) throw new files.ErrnoError(noSpace)
      total += after - before
      sizes.set(node, after)
      original.call(memory, node, size)
    }
  memory.expandFileStorage = bounded(memory.expandFileStorage)
  memory.resizeFileStorage = bounded(memory.resizeFileStorage)
}
