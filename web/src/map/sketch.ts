/** Drawing a line or an area on the map by clicks: vertices, the pointer's next one, taking back. */
import type { Feature, FeatureCollection } from 'geojson'
import type { GeoJSONSource, Map as MapLibre, MapMouseEvent } from 'maplibre-gl'
import { computed, onBeforeUnmount, ref, shallowRef, watch, type ShallowRef } from 'vue'

import type { Point } from '@/api/types'

import { PALETTE } from './palette'

export type SketchKind = 'line' | 'area'
const SOURCE = 'sketch'

export function useSketch(map: ShallowRef<MapLibre | null>) {
  const kind = ref<SketchKind | null>(null)
  const points = shallowRef<Point[]>([])
  const finished = ref(false)
  const next = shallowRef<Point | null>(null)
  let wired: MapLibre | null = null

  const shape = computed<Feature[]>(() => features(kind.value, points.value, finished.value ? null : next.value))

  function wire(live: MapLibre): void {
    if (wired === live) return
    wired = live
    live.on('click', onClick)
    live.on('dblclick', onDouble)
    live.on('mousemove', onMove)
  }

  function onClick(event: MapMouseEvent): void {
    if (!kind.value || finished.value) return
    const { lng, lat } = event.lngLat
    points.value = [...points.value, [lng, lat]]
  }

  function onDouble(event: MapMouseEvent): void {
    if (!kind.value || finished.value) return
    event.preventDefault()
    points.value = points.value.slice(0, -1) // the second click of the two set a point of its own
    finish()
  }

  function onMove(event: MapMouseEvent): void {
    if (kind.value && !finished.value) next.value = [event.lngLat.lng, event.lngLat.lat]
  }

  function draw(): void {
    const live = map.value
    if (!live) return
    if (!live.isStyleLoaded() && !live.getSource(SOURCE)) {
      live.once('idle', draw) // what the address brought along comes before the map is ready for it
      return
    }
    const data: FeatureCollection = { type: 'FeatureCollection', features: shape.value }
    const source = live.getSource(SOURCE)
    if (source) (source as GeoJSONSource).setData(data)
    else addTo(live, data)
  }

  function start(wanted: SketchKind): void {
    kind.value = wanted
    points.value = []
    finished.value = false
    next.value = null
    if (map.value) wire(map.value)
  }

  /** Go on with what was drawn before. */
  function resume(wanted: SketchKind, drawn: readonly Point[]): void {
    start(wanted)
    points.value = [...drawn]
    finish()
    draw()
  }

  function finish(): void {
    if (points.value.length < (kind.value === 'area' ? 3 : 2)) return
    finished.value = true
    next.value = null
  }

  function stop(): void {
    kind.value = null
    points.value = []
    finished.value = false
  }

  watch(shape, draw)
  watch([kind, finished], () => {
    if (map.value) map.value.getCanvas().style.cursor = kind.value && !finished.value ? 'crosshair' : ''
  })
  onBeforeUnmount(() => {
    wired?.off('click', onClick)
    wired?.off('dblclick', onDouble)
    wired?.off('mousemove', onMove)
  })

  return {
    kind,
    points,
    finished,
    /** Clicks belong to the sketch while it is being drawn. */
    drawing: computed(() => kind.value !== null && !finished.value),
    start,
    resume,
    finish,
    stop,
    takeBack: () => {
      if (finished.value) finished.value = false
      else points.value = points.value.slice(0, -1)
    },
    geojson: (): Feature | undefined => features(kind.value, points.value, null)[0],
  }
}

function features(kind: SketchKind | null, points: readonly Point[], next: Point | null): Feature[] {
  if (!kind) return []
  const all = next ? [...points, next] : [...points]
  const found: Feature[] = []
  if (kind === 'area' && all.length > 2) {
    found.push({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [[...all, all[0]!]] } })
  } else if (all.length > 1) {
    found.push({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: all } })
  }
  return [...found, ...points.map((p): Feature => ({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: p } }))]
}

function addTo(live: MapLibre, data: FeatureCollection): void {
  const colour = PALETTE.selection
  live.addSource(SOURCE, { type: 'geojson', data })
  live.addLayer({ id: 'sketch-fill', type: 'fill', source: SOURCE, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': colour, 'fill-opacity': 0.12 } })
  live.addLayer({ id: 'sketch-line', type: 'line', source: SOURCE, filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': colour, 'line-width': 2, 'line-dasharray': [3, 1.5] } })
  live.addLayer({ id: 'sketch-point', type: 'circle', source: SOURCE, filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-radius': 4, 'circle-color': '#fff', 'circle-stroke-color': colour, 'circle-stroke-width': 2 } })
}
