/** The basemap of the installation, and whether and how strongly this person has it shown. */
import { computed, ref, watch } from 'vue'

import { api, Problem } from '@/api/client'
import type { Basemap } from '@/api/types'

const KEY = 'basemap'
const offer = ref<Basemap | null>(null)
const problem = ref('')
const on = ref(false)
const percent = ref(100)
let asked: Promise<void> | null = null

interface Kept {
  on: boolean
  percent: number
}

function kept(): Kept {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>
    const share = Number(found.percent ?? 100)
    return { on: found.on !== false, percent: share >= 10 && share <= 100 ? share : 100 }
  } catch {
    return { on: true, percent: 100 }
  }
}

async function ask(): Promise<void> {
  try {
    offer.value = (await api.basemap()).basemap
    const before = kept()
    percent.value = before.percent
    // One that lies beside the truth is switched on by a person each time, never by itself.
    on.value = offer.value !== null && !offer.value.warning && before.on
    problem.value = ''
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    asked = null // asked again by the next map
    problem.value = error.message
  }
}

watch([on, percent], () => {
  if (!offer.value) return
  try {
    localStorage.setItem(KEY, JSON.stringify({ on: on.value, percent: percent.value }))
  } catch {
    // A browser without storage forgets it, that is all.
  }
})

export function useBasemap() {
  asked ??= ask()
  return { offer, on, percent, problem, shown: computed(() => (on.value ? offer.value : null)) }
}
