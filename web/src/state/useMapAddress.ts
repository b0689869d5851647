import { computed, type ComputedRef } from 'vue'
import { onBeforeRouteLeave, useRoute, useRouter } from 'vue-router'

import { readAddress, writeAddress, type MapAddress, type Position } from './mapAddress'

export interface AddressBook {
  address: ComputedRef<MapAddress>
  /** A step that the back button undoes: another selection, another page of the same map. */
  go: (change: Partial<MapAddress>) => void
  /** A change that is not a step of its own: filters, hidden signs, the position. */
  adjust: (change: Partial<MapAddress>) => void
}

/** Read and write the address of the map page. */
export function useMapAddress(): AddressBook {
  const route = useRoute()
  const router = useRouter()
  const address = computed(() => readAddress(route.query))
  const next = (change: Partial<MapAddress>) => ({
    name: 'map',
    query: writeAddress({ ...address.value, ...change }),
  })
  // The map may still be moving while the next page loads; it must not call the reader back.
  let leaving = false
  onBeforeRouteLeave(() => {
    leaving = true
  })
  return {
    address,
    go: (change) => void router.push(next(change)),
    adjust: (change) => {
      if (!leaving) void router.replace(next(change))
    },
  }
}

export type { MapAddress, Position }
