import { computed, type ComputedRef } from 'vue'
import { onBeforeRouteLeave, useRoute, useRouter } from 'vue-router'

import { readAddress, writeAddress, type MapAddress, type Position } from './mapAddress'

export interface AddressBook {
  address: ComputedRef<MapAddress>
  /** A step that the back button undoes: another selection. */
  go: (change: Partial<MapAddress>) => void
  /** A change that is not a step of its own: hidden signs, the position. */
  adjust: (change: Partial<MapAddress>) => void
}

/** Read and write what the address of the open page says of its map. */
export function useMapAddress(): AddressBook {
  const route = useRoute()
  const router = useRouter()
  const address = computed(() => readAddress(route.query))
  // The map may still be moving while the next page loads; it must not call the reader back.
  let leaving = false
  onBeforeRouteLeave(() => {
    leaving = true
  })
  const next = (change: Partial<MapAddress>) => ({
    query: writeAddress({ ...address.value, ...change }, route.query),
  })
  return {
    address,
    go: (change) => {
      if (!leaving) void router.push(next(change))
    },
    adjust: (change) => {
      if (!leaving) void router.replace(next(change))
    },
  }
}

export type { MapAddress, Position }
