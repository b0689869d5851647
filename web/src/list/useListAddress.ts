/** The address bar is the memory of a list: `?q=文化&sort=-area&town=371002101,371002102`. */
import { computed, type ComputedRef } from 'vue'
import { onBeforeRouteLeave, useRoute, useRouter, type LocationQueryRaw } from 'vue-router'

import type { ListState } from './columns'

export interface ListAddress {
  state: ComputedRef<ListState>
  /** Change the query, the order or a filter; no step of its own for the back button. */
  set: (change: Partial<Omit<ListState, 'filters'>> & { filters?: ListState['filters'] }) => void
}

/** `standard`: what the address leaves out, e.g. `{ sort: '-found', filters: { state: ['open'] } }`. */
export function useListAddress(
  keys: readonly string[],
  standard: Partial<ListState> = {},
): ListAddress {
  const route = useRoute()
  const router = useRouter()
  const usual = (key: string) => (standard.filters?.[key] ?? []).join(',')
  const text = (key: string) => {
    const value = route.query[key]
    return typeof value === 'string' ? value : null
  }
  const state = computed<ListState>(() => ({
    q: text('q') ?? '',
    sort: text('sort') ?? standard.sort ?? '',
    filters: Object.fromEntries(
      keys.map((key) => [key, (text(key) ?? usual(key)).split(',').filter(Boolean)]),
    ),
  }))
  let leaving = false
  onBeforeRouteLeave(() => {
    leaving = true
  })
  return {
    state,
    set(change) {
      if (leaving) return
      const next = { ...state.value, ...change, filters: { ...state.value.filters, ...change.filters } }
      const query: LocationQueryRaw = { ...route.query }
      const write = (key: string, value: string, left: string) => {
        if (value === left) delete query[key]
        else query[key] = value
      }
      write('q', next.q, '')
      write('sort', next.sort, standard.sort ?? '')
      for (const key of keys) write(key, (next.filters[key] ?? []).join(','), usual(key))
      void router.replace({ query })
    },
  }
}
