/** What every page knows about the district; loaded once, refreshed after each decision. */
import { readonly, ref, watch } from 'vue'

import { api, Problem } from '@/api/client'
import { connection } from '@/api/connection'
import type { District, FindingSummary } from '@/api/types'

const district = ref<District | null>(null)
const summary = ref<FindingSummary | null>(null)
const problem = ref<Problem | null>(null)
let loading: Promise<void> | null = null

async function load(): Promise<void> {
  try {
    const [here, counts] = await Promise.all([api.district(), api.summary()])
    district.value = here
    summary.value = counts
    problem.value = null
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    problem.value = error
  }
}

/** Load once; later calls share the first answer. */
export function ensureDistrict(): Promise<void> {
  loading ??= load().finally(() => {
    if (problem.value) loading = null
  })
  return loading
}

/** Ask again, after a waiver or when the service came back. */
export async function refreshDistrict(): Promise<void> {
  loading = load()
  await loading
}

watch(connection.back, () => {
  if (problem.value) void refreshDistrict()
})

export function useDistrict() {
  return { district: readonly(district), summary: readonly(summary), problem: readonly(problem) }
}
