import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findLibrary, missingLibraries, type Places } from '../../../src-main/engine/executors/cuda/native/find.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'quiver-libraries-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const put = (...files: string[]) => {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), '')
  }
}
const places = (environment: Record<string, string> = {}): Places => ({
  ...{ platform: 'linux', environment, home: join(root, 'home'), root },
})

test('what is missing is listed with the command that installs it', () => {
  const all = missingLibraries(places())!
  expect(all.what).toContain(
    'driver is not on this computer (libcuda.so.1). NVIDIA’s run-time compiler NVRTC is not on this computer (libnvrtc.so.13 / libnvrtc.so.12).',
  )
  expect(all.what).toContain('The driver comes from NVIDIA')
  expect(all.install).toBeUndefined()
  put('usr/lib/x86_64-linux-gnu/libcuda.so.1')
  expect(missingLibraries(places())!.install).toBe('pip install nvidia-cuda-nvrtc-cu12 nvidia-cublas-cu12')
  put('usr/local/cuda/lib64/libnvrtc.so.12')
  expect(missingLibraries(places())).toMatchObject({
    what: expect.stringContaining(
      'cuBLASLt is not on this computer (libcublasLt.so.13 / libcublasLt.so.12). Looked at',
    ),
    install: 'pip install nvidia-cublas-cu12',
  })
  put('home/.local/lib/python3.12/site-packages/nvidia/cublas/lib/libcublasLt.so.12')
  expect(missingLibraries(places())).toBeUndefined()
  expect(missingLibraries({ ...places(), platform: 'darwin' })!.what).toBe('NVIDIA has no CUDA for darwin.')
})

test('a newer version is taken before an older, and the setting before all other places', () => {
  put('usr/lib64/libcublasLt.so.12', 'venv/lib/python3.13/site-packages/nvidia/cu13/lib/libcublasLt.so.13')
  const environment = { VIRTUAL_ENV: join(root, 'venv') }
  expect(findLibrary('products', places())).toBe(join(root, 'usr/lib64/libcublasLt.so.12'))
  expect(findLibrary('products', places(environment))).toMatch(/cu13\/lib\/libcublasLt\.so\.13$/)
  put('mine/libcublasLt.so.13', 'home/cuda/lib64/libcublasLt.so.13')
  expect(findLibrary('products', places({ CUDA_HOME: join(root, 'home/cuda') }))).toMatch(/home\/cuda\/lib64/)
  const both = { QUIVER_CUDA: join(root, 'mine'), CUDA_HOME: join(root, 'home/cuda') }
  expect(findLibrary('products', places(both))).toBe(join(root, 'mine/libcublasLt.so.13'))
})

test('folders of the loader, from its environment and its configuration, are looked through', () => {
  put('driver/libcuda.so.1', 'monitor/libnvidia-ml.so.1', 'etc/ld.so.conf.d/nvidia.conf')
  writeFileSync(join(root, 'etc/ld.so.conf.d/nvidia.conf'), `# NVIDIA\n${join(root, 'monitor')}\n`)
  expect(findLibrary('driver', places({ LD_LIBRARY_PATH: `/nowhere:${join(root, 'driver')}` }))).toMatch(
    /driver\/libcuda/,
  )
  expect(findLibrary('monitor', places())).toBe(join(root, 'monitor/libnvidia-ml.so.1'))
})
