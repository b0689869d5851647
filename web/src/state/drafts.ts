/** Drafts survive a reload: one text a key, in this browser only. */
import { ref, watch, type Ref } from 'vue'

const PREFIX = 'geo-registry.draft.'

/** A ref that remembers what was typed under `key` until it is cleared. */
export function useDraft(key: string, initial = ''): Ref<string> {
  const value = ref(readDraft(key) ?? initial)
  watch(value, (text) => writeDraft(key, text === initial ? null : text))
  return value
}

export function clearDraft(key: string): void {
  writeDraft(key, null)
}

export function readDraft(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key)
  } catch {
    return null // storage switched off by policy: drafts then last as long as the page
  }
}

export function writeDraft(key: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(PREFIX + key)
    else localStorage.setItem(PREFIX + key, text)
  } catch {
    // as above: nothing to keep it in
  }
}
