/** What came of pressing a control. */
export interface Press {
  /** The page's part, kind and name of the control. */
  readonly control: string
  /** Whether anything at all came of it: in the document, the address, the focus, on the wire, as a file or a copy. */
  readonly effect: boolean
}

declare global {
  interface Window {
    /** Presses the first control that is not among those known; null when there is none. */
    pressNext: (known: readonly string[], elsewhere: RegExp) => Promise<Press | null>
  }
}

/**
 * Runs in the page before its own code. Of rows, panels and settings that are alike, the first control of a kind stands
 * for all: within them a control is known by its icon and class, elsewhere by its name without numbers.
 */
export function installPresses(): void {
  const effects: string[] = []
  const told =
    <Arguments extends unknown[], Result>(effect: string, work: (...given: Arguments) => Result) =>
    (...given: Arguments): Result => {
      effects.push(effect)
      return work(...given)
    }
  const { send } = WebSocket.prototype
  WebSocket.prototype.send = function (data) {
    effects.push('request')
    return send.call(this, data)
  }
  URL.createObjectURL = told('file', URL.createObjectURL)
  const writeText = told('copy', async () => {})
  Object.defineProperty(navigator, 'clipboard', { value: { writeText } })

  // A popover that opens changes nothing in the document.
  document.addEventListener('toggle', () => effects.push('popover'), true)
  // The browser asks for a file outside of the page.
  document.addEventListener('click', ({ target }) => target instanceof HTMLInputElement && effects.push('input'), true)

  const controlOf = (element: HTMLElement): string => {
    const part = element.closest('header') ? 'bar' : location.hash.split(/[/?]/)[1]
    const icon = element.querySelector('svg')?.getAttribute('class') ?? ''
    const name = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().replaceAll(/\d[\d.,]*/g, '#')
    const alike = element.closest('li, tr, figure, [data-path]')
    const kind = `${element.tagName.toLowerCase()}.${element.className}`
    return alike ? `${part} ${alike.tagName} ${kind} ${icon}` : `${part} ${kind} ${name}`
  }
  /** Whether nothing should come of it: it is chosen already, or cannot be chosen now. */
  const isIdle = (element: HTMLElement): boolean =>
    element.matches(
      '[aria-disabled=true], [aria-pressed=true], [aria-selected=true], [aria-current], input[type=radio]:checked',
    ) || element.getAttribute('href') === location.hash
  const controls = (): HTMLElement[] => {
    const dialog = document.querySelector('dialog[open]')
    const roots = dialog ? [dialog] : document.querySelectorAll('main, header.top-bar')
    return [...roots].flatMap((root) => [
      ...root.querySelectorAll<HTMLElement>('button:enabled, a[href^="#"], summary, [role=tab], input[type=checkbox]'),
    ])
  }
  window.pressNext = async (known, elsewhere) => {
    const next = controls().find((element) => {
      const control = controlOf(element)
      return element.checkVisibility() && !isIdle(element) && !known.includes(control) && !elsewhere.test(control)
    })
    if (!next) return null
    const control = controlOf(next)
    next.focus({ preventScroll: true })
    const [address, focus] = [location.href, document.activeElement]
    effects.length = 0
    const watch = new MutationObserver(() => effects.push('document'))
    watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    next.click()
    const frame = (): Promise<number> => new Promise(requestAnimationFrame)
    const happened = (): boolean => effects.length > 0 || location.href !== address || document.activeElement !== focus
    const endMs = performance.now() + 3000
    while (!happened() && performance.now() < endMs) await frame()
    watch.disconnect()
    return { control, effect: happened() }
  }
}
