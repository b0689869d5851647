/** Single keys as commands of a page; never while somebody is typing. */
import { onBeforeUnmount, onMounted } from 'vue'

export type Keys = Record<string, (event: KeyboardEvent) => unknown>

/** Whether the key goes into a field. */
export function typing(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null
  return !!element && (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable)
}

/** A window over the page takes the keys for itself. */
const covered = () => document.querySelector('.el-overlay:not([style*="display: none"])') !== null

/** `useKeys({ j: next, k: previous, Escape: close })`; Escape first leaves a field. */
export function useKeys(keys: Keys): void {
  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (typing(event.target)) {
      if (event.key === 'Escape') (event.target as HTMLElement).blur()
      return
    }
    const act = keys[event.key]
    if (!act || covered()) return
    // `false`: the key was not for us after all, e.g. Enter on a button.
    if (act(event) !== false) event.preventDefault()
  }
  onMounted(() => document.addEventListener('keydown', onKey))
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey))
}
