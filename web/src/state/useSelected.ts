/** What the address selects: a finding with the shapes of its subjects, or one subject. */
import { computed, ref, shallowRef, watch, type ComputedRef } from 'vue'

import { api, Problem } from '@/api/client'
import type { BBox, Finding, Subject } from '@/api/types'
import { findingBounds, findingFeatures, NOTHING, subjectFeatures } from '@/map/selection'

import type { MapAddress } from './mapAddress'

/** With more subjects than this the points say enough. */
const SHAPES = 6

/** The shapes of roads and cemeteries of a finding; what cannot be had stays a point. */
async function shapesOf(finding: Finding): Promise<Map<string, Subject>> {
  const ids = finding.subjects.map((s) => s.subject).filter((id) => /^(place|cemetery):/.test(id))
  if (ids.length > SHAPES) return new Map()
  const answers = await Promise.allSettled(ids.map((id) => api.subject(id)))
  return new Map(answers.flatMap((a) => (a.status === 'fulfilled' ? [[a.value.subject, a.value]] : [])))
}

/**
 * Load what is selected whenever the selection changes.
 *
 * `stays` tells whether the map keeps its place, because the address brought one along.
 */
export function useSelected(
  address: ComputedRef<MapAddress>,
  stays: () => boolean,
) {
  const finding = shallowRef<Finding | null>(null)
  const subject = shallowRef<Subject | null>(null)
  const shapes = shallowRef<ReadonlyMap<string, Subject>>(new Map())
  const focus = shallowRef<BBox | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const loading = ref(false)
  let asked = 0

  function put(next: { finding?: Finding; subject?: Subject }): void {
    if (next.finding?.id !== finding.value?.id) shapes.value = new Map()
    finding.value = next.finding ?? null
    subject.value = next.subject ?? null
  }

  async function load(): Promise<void> {
    const { finding: id, subject: ref } = address.value
    const mine = ++asked
    const stay = stays()
    problem.value = null
    loading.value = id !== null || ref !== null
    if (!loading.value) put({})
    try {
      if (id !== null) {
        const loaded = await api.finding(id)
        if (mine !== asked) return
        put({ finding: loaded })
        loading.value = false
        const drawn = await shapesOf(loaded)
        if (mine !== asked) return
        shapes.value = drawn
        if (!stay) focus.value = findingBounds(loaded, drawn)
      } else if (ref !== null) {
        const loaded = await api.subject(ref)
        if (mine !== asked) return
        put({ subject: loaded })
        if (!stay) focus.value = loaded.bbox ?? (loaded.point ? [...loaded.point, ...loaded.point] : null)
      }
    } catch (error) {
      if (mine !== asked) return
      if (!(error instanceof Problem)) throw error
      put({})
      problem.value = error
    } finally {
      if (mine === asked) loading.value = false
    }
  }
  watch([() => address.value.finding, () => address.value.subject], load, { immediate: true })

  /** The subject as it is now, without a skeleton and without a flight of the map. */
  async function refresh(): Promise<void> {
    const ref = subject.value?.subject
    if (!ref) return
    const loaded = await api.subject(ref).catch((error: unknown) => {
      if (error instanceof Problem) return null // what was there stays
      throw error
    })
    if (loaded && subject.value?.subject === ref) subject.value = loaded
  }

  return {
    finding,
    subject,
    focus,
    problem,
    loading,
    load,
    refresh,
    features: computed(() => {
      if (finding.value) return findingFeatures(finding.value, shapes.value)
      if (subject.value) return subjectFeatures(subject.value)
      return NOTHING
    }),
    /** How near it may be shown: graves nearer than roads, roads nearer than villages. */
    nearest: computed(() => {
      const ids = finding.value?.subjects.map((s) => s.subject) ?? [address.value.subject ?? '']
      const every = (kind: string) => ids.every((id) => id.startsWith(`${kind}:`))
      return every('cemetery') ? 18.5 : every('place') ? 17 : 15.5
    }),
  }
}
