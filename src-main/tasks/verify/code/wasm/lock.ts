/**
 * What a program may call once it is locked in: files in memory, clocks, random numbers, memory, and the parts of the
 * interpreter's own calls that lead nowhere. All names are of Emscripten's and WASI's imports.
 */
const allowed = new Set([
  ...['fd_read', 'fd_write', 'fd_seek', 'fd_close', 'fd_pread', 'fd_pwrite', 'fd_sync', 'fd_fdstat_get'],
  ...['clock_time_get', 'clock_res_get', 'random_get', 'environ_get', 'environ_sizes_get', 'proc_exit'],
  ...['exit', '_abort_js', '__assert_fail'],
  ...['__syscall_getcwd', '__syscall_stat64', '__syscall_lstat64', '__syscall_fstat64', '__syscall_newfstatat'],
  ...['__syscall_openat', '__syscall_getdents64', '__syscall_faccessat', '__syscall_fcntl64', '__syscall_ioctl'],
  ...['__syscall_readlinkat', '__syscall_unlinkat', '__syscall_mkdirat', '__syscall_rmdir', '__syscall_renameat'],
  ...['__syscall_ftruncate64', '__syscall_dup', '__syscall_dup3', '__syscall_chdir', '__syscall_getuid32_js'],
  ...['__syscall_umask_js', '_try_fcntl64', 'emscripten_get_now', 'emscripten_date_now'],
  ...['emscripten_resize_heap', 'emscripten_get_heap_max', '_localtime_js', '_gmtime_js', '_mktime_js', '_timegm_js'],
  ...['_tzset_js', 'JsvError_Check', 'JsvNoValue_Check', 'can_run_sync_js', '_Py_CheckEmscriptenSignals_Helper'],
  ...['_Py_emscripten_runtime', '_PyEM_TrampolineCall_JS', 'throw_no_gil', 'emscripten_runtime_keepalive_push'],
  ...['_emscripten_runtime_keepalive_clear', 'emscripten_runtime_keepalive_pop', 'saveState', 'restoreState'],
])

type Imports = Record<string, unknown>

/**
 * Makes every function that a WebAssembly module will import lockable, in the import objects themselves: symbols that
 * the interpreter looks up later (ctypes) come from there as well. Call it before anything is instantiated.
 * @param blocked is told the name of a function called while locked; it must not return.
 * @returns the lock, which closes for good.
 */
export function lockImports(blocked: (name: string) => never): () => void {
  let locked = false
  const guard = (imports: Imports): void => {
    for (const [name, value] of Object.entries(imports))
      if (typeof value === 'function' && !allowed.has(name)) imports[name] = guarded(name, value)
  }
  const guarded = (name: string, original: object): object => {
    const call = original as (...values: unknown[]) => unknown
    const wrapped = function (this: unknown, ...values: unknown[]): unknown {
      if (locked) blocked(name)
      return call.apply(this, values)
    }
    // Emscripten keeps a function's signature and the like as properties of it.
    return Object.assign(wrapped, original)
  }
  const instantiate = WebAssembly.instantiate as (...values: unknown[]) => unknown
  Object.defineProperty(WebAssembly, 'instantiate', {
    value: (source: unknown, imports?: Readonly<Record<string, Imports>>): unknown => {
      if (locked) blocked('WebAssembly.instantiate')
      for (const [name, module] of Object.entries(imports ?? {})) if (!name.startsWith('GOT.')) guard(module)
      return instantiate.call(WebAssembly, source, imports)
    },
  })
  return () => {
    locked = true
  }
}
