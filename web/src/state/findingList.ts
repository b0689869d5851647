/** The list of findings beside the map: one filter, pages fetched as the reader scrolls. */
import { computed, ref, shallowRef } from 'vue'

import { api, Problem, type FindingQuery } from '@/api/client'
import type { Finding } from '@/api/types'

const PAGE = 50

export function useFindingList() {
  const items = shallowRef<Finding[]>([])
  const total = ref(0)
  const after = ref<string | null>(null)
  const loading = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let filter: FindingQuery = {}
  let abort: AbortController | null = null

  async function fetchPage(replace: boolean): Promise<void> {
    abort?.abort()
    const mine = new AbortController()
    abort = mine
    loading.value = true
    problem.value = null
    try {
      const page = await api.findings(
        { ...filter, limit: PAGE, after: replace ? null : after.value },
        mine.signal,
      )
      items.value = replace ? page.items : [...items.value, ...page.items]
      total.value = page.total
      after.value = page.next
    } catch (error) {
      if (mine.signal.aborted) return
      if (!(error instanceof Problem)) throw error
      problem.value = error
      if (replace) items.value = []
    } finally {
      if (abort === mine) loading.value = false
    }
  }

  return {
    items,
    total,
    loading,
    problem,
    more: computed(() => after.value !== null),
    /** Start again with another filter. */
    open: (next: FindingQuery) => {
      filter = next
      after.value = null
      return fetchPage(true)
    },
    reload: () => fetchPage(true),
    loadMore: async () => {
      if (after.value !== null && !loading.value) await fetchPage(false)
    },
    /** Put a changed finding in its place, or take it out when it left the filter. */
    replace: (changed: Finding) => {
      const stays = changed.state === (filter.state ?? 'open')
      const before = items.value.length
      items.value = stays
        ? items.value.map((f) => (f.id === changed.id ? changed : f))
        : items.value.filter((f) => f.id !== changed.id)
      total.value -= before - items.value.length
    },
  }
}

/** The neighbour of a finding in the list; from nowhere, the first or the last. */
export function neighbour(
  items: readonly { id: number }[],
  current: number | null,
  step: 1 | -1,
): number | null {
  if (items.length === 0) return null
  const at = current === null ? -1 : items.findIndex((f) => f.id === current)
  if (at < 0) return (step === 1 ? items[0] : items[items.length - 1])?.id ?? null
  return items[at + step]?.id ?? null
}
