/** What a page asks the service for when it opens: the answer, or why there is none. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import { connection } from '@/api/connection'
import { Problem } from '@/api/problem'

export interface Asked<T> {
  value: ShallowRef<T | null>
  loading: Ref<boolean>
  problem: ShallowRef<Problem | null>
  /** Ask (again); what was answered before stays until the new answer is there. */
  load: () => Promise<void>
}

/** `useAnswer(() => api.cemetery(id))`; the newest question wins, a failure is kept in words. */
export function useAnswer<T>(ask: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const value = shallowRef<T | null>(null)
  const loading = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let abort: AbortController | null = null

  async function load(): Promise<void> {
    abort?.abort()
    const mine = (abort = new AbortController())
    loading.value = true
    problem.value = null
    try {
      const found = await ask(mine.signal)
      if (!mine.signal.aborted) value.value = found
    } catch (error) {
      if (mine.signal.aborted) return
      if (!(error instanceof Problem)) throw error
      problem.value = error
    } finally {
      if (abort === mine) loading.value = false
    }
  }
  watch(connection.back, () => {
    if (problem.value?.unreachable) void load()
  })
  onScopeDispose(() => abort?.abort())
  return { value, loading, problem, load }
}
