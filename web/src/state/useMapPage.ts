/** What every page with a map and a drawer does: choose, show, hide, remember. */
import type { MapGeoJSONFeature } from 'maplibre-gl'
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch } from 'vue'

import { api, Problem } from '@/api/client'
import { connection } from '@/api/connection'
import type { Finding, Layer } from '@/api/types'

import { ensureDistrict, refreshDistrict, useDistrict } from './district'
import { formatPosition, type Position } from './mapAddress'
import { useMapAddress } from './useMapAddress'
import { useSelected } from './useSelected'

export function useMapPage() {
  const { address, go, adjust } = useMapAddress()
  const { district, problem } = useDistrict()
  const layers = shallowRef<Layer[] | null>(null)
  const layerProblem = shallowRef<Problem | null>(null)
  const waiving = ref(false)
  const opening = ref(false)
  const startAt = address.value.at
  const pane = ref<{ jump: (at: Position) => void }>()

  // Back and forward bring the position of their entry with them; our own moves are known already.
  let known = startAt ? formatPosition(startAt) : ''
  let restored = startAt !== null
  watch(
    () => (address.value.at ? formatPosition(address.value.at) : ''),
    (at) => {
      if (!at || at === known || !address.value.at) return
      known = at
      restored = true
      pane.value?.jump(address.value.at)
    },
  )

  const selected = useSelected(address, () => {
    const stay = restored
    restored = false
    return stay
  })
  watch([() => address.value.finding, () => address.value.subject], () => {
    waiving.value = false
    opening.value = false
  })

  const chosen = computed(() => address.value.finding !== null || address.value.subject !== null)
  const title = computed(() =>
    selected.problem.value
      ? '没有取到'
      : (selected.finding.value?.title ?? selected.subject.value?.title ?? '　'),
  )
  const subtitle = computed(() => {
    const finding = selected.finding.value
    return finding ? (finding.subjects[0]?.located_in ?? '') : (selected.subject.value?.subtitle ?? '')
  })

  async function loadLayers(): Promise<void> {
    try {
      layers.value = await api.layers()
      layerProblem.value = null
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      layerProblem.value = error
    }
  }

  async function start(): Promise<void> {
    await Promise.all([district.value ? ensureDistrict() : refreshDistrict(), loadLayers()])
  }

  const chooseFinding = (id: number) => go({ finding: id, subject: null })
  const chooseSubject = (subject: string) => go({ subject, finding: null })

  function close(): void {
    if (waiving.value) waiving.value = false
    else if (opening.value) opening.value = false
    else if (chosen.value) go({ finding: null, subject: null })
  }

  function pick(feature: MapGeoJSONFeature | null): void {
    if (!feature) return
    const p = feature.properties
    if (feature.source === 'findings') return chooseFinding(Number(feature.id))
    const subject: unknown =
      p.subject ??
      (feature.source === 'roads' ? `place:${p.road_id}` : undefined) ??
      (feature.source === 'divisions' ? `division:nbs:${p.code}` : undefined)
    if (typeof subject === 'string') chooseSubject(subject)
  }

  function toggle(sign: string): void {
    const { hide } = address.value
    adjust({ hide: hide.includes(sign) ? hide.filter((s) => s !== sign) : [...hide, sign] })
  }

  let moving = 0
  function onMove(at: Position): void {
    clearTimeout(moving)
    moving = window.setTimeout(() => {
      known = formatPosition(at)
      adjust({ at })
    }, 300)
  }

  async function onChanged(changed: Finding): Promise<void> {
    if (selected.finding.value?.id === changed.id) selected.finding.value = changed
    await Promise.all([refreshDistrict(), loadLayers()])
  }

  /** What is shown of a subject is asked for anew; the map keeps its place. */
  async function onCorrected(): Promise<void> {
    await Promise.all([selected.refresh(), refreshDistrict(), loadLayers()])
  }

  watch(connection.back, () => {
    if (problem.value ?? layerProblem.value) void start()
    if (selected.problem.value?.unreachable) void selected.load()
  })
  onMounted(start)
  onBeforeUnmount(() => clearTimeout(moving))

  return {
    address,
    go,
    adjust,
    district,
    problem: computed(() => problem.value ?? layerProblem.value),
    layers,
    pane,
    startAt,
    selected,
    waiving,
    opening,
    chosen,
    title,
    subtitle,
    start,
    loadLayers,
    chooseFinding,
    chooseSubject,
    close,
    pick,
    toggle,
    onMove,
    onChanged,
    onCorrected,
  }
}
