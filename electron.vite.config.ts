import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const at = (path: string): string => resolve(import.meta.dirname, path)

/** Pages have addresses such as /runs/ID, so assets are named from the root; electron-vite would name them from the page. */
const assetsFromRoot = { name: 'assets-from-root', enforce: 'post' as const, config: () => ({ base: '/' }) }

/** Three builds: the Electron main process, its preload script, and the page that Electron and the browser host share. */
export default defineConfig({
  main: {
    build: {
      outDir: at('out/main'),
      rollupOptions: { input: at('src-main/index.ts'), output: { format: 'es', entryFileNames: 'index.js' } },
    },
  },
  preload: {
    build: {
      outDir: at('out/preload'),
      // A sandboxed preload script is CommonJS and may require nothing but electron.
      externalizeDeps: false,
      rollupOptions: { input: at('src-preload/index.ts'), output: { format: 'cjs', entryFileNames: 'index.cjs' } },
    },
  },
  renderer: {
    root: at('src-renderer'),
    plugins: [react(), assetsFromRoot],
    build: {
      outDir: at('out/renderer'),
      minify: true,
      // The page comes from this computer.
      chunkSizeWarningLimit: 2000,
      // Inlined assets would be data: URLs, which the content security policy keeps to images.
      assetsInlineLimit: 0,
      rollupOptions: { input: at('src-renderer/index.html') },
    },
  },
})
