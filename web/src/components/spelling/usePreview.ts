/** What a name would be with what is being chosen: asked of the service while somebody chooses. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'

import { Problem } from '@/api/problem'
import { spelling, type NameSpelling, type Otherwise, type Spelled } from '@/api/spelling'

const PAUSE_MS = 150

/** `otherwise` gives what to ask, or null where there is nothing to ask yet. */
export function usePreview(of: Spelled, otherwise: () => Otherwise | null) {
  const would = shallowRef<NameSpelling | null>(null)
  /** Why it cannot be so, in the words of the service. */
  const fault = ref('')
  let abort: AbortController | null = null
  let waiting = 0

  async function ask(asked: Otherwise): Promise<void> {
    const mine = (abort = new AbortController())
    try {
      const found = await spelling.show(of, asked, mine.signal)
      if (!mine.signal.aborted) would.value = found
    } catch (error) {
      if (mine.signal.aborted) return
      if (!(error instanceof Problem)) throw error
      would.value = null
      fault.value = `${error.message}${error.advice}`
    }
  }
  watch(
    () => JSON.stringify(otherwise()),
    (now) => {
      abort?.abort()
      clearTimeout(waiting)
      fault.value = ''
      const asked = JSON.parse(now) as Otherwise | null
      if (!asked) would.value = null
      else waiting = window.setTimeout(() => void ask(asked), PAUSE_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    abort?.abort()
    clearTimeout(waiting)
  })
  return { would, fault }
}
