/** A graphics card in software for this process: the Vulkan driver and loader that Chromium brings along. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import koffi from 'koffi'

const folders = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome']
const driver = 'vk_swiftshader_icd.json'
const loader = 'libvulkan.so.1'

/** Makes the driver the one that this process's libraries find; false where there is none. Call before any of them is used. */
export function loadSoftwareVulkan(): boolean {
  const folder = folders.find((path) => existsSync(join(path, driver)) && existsSync(join(path, loader)))
  if (!folder) return false
  process.env.VK_ICD_FILENAMES = join(folder, driver)
  // A library once loaded is found by its name, wherever it lies.
  koffi.load(join(folder, loader), { global: true })
  return true
}
