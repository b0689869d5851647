/**
 * What is opened beside a list stands in the address, and each opening or closing is a step that the
 * back button takes back.
 */
import { useRoute, useRouter } from 'vue-router'

type Change = Record<string, string | undefined>

/** `await step({ charge: '12', add: undefined })`; what is undefined leaves the address. */
export function useStep(): (change: Change) => Promise<unknown> {
  const route = useRoute()
  const router = useRouter()
  return (change) => router.push({ query: { ...route.query, ...change } })
}
