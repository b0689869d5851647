/** The MapLibre map of the page: made once, told what is selected and hidden, asked what it shows. */
import { Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl'
import type { GeoJSONSource, MapGeoJSONFeature, PaddingOptions } from 'maplibre-gl'
import type { FeatureCollection, Point } from 'geojson'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { onBeforeUnmount, ref, shallowRef, type Ref } from 'vue'

import type { Basemap, BBox, Layer } from '@/api/types'
import type { Position } from '@/state/mapAddress'

import { BASEMAP, putBasemap } from './basemap'
import { counter } from './counting'
import { addPictures } from './images'
import { fade } from './opacity'
import { best } from './picking'
import { drawnByProcessor, softenWhileMoving } from './softDrawing'
import { clickable, layersOf, mapStyle, tileUrl } from './style'
import { MAP_WORDS } from './words'

setWorkerUrl(new URL(workerUrl, location.href).href)

interface TileAddress {
  x: number
  y: number
  z: number
}

export interface MapEvents {
  onPick: (feature: MapGeoJSONFeature | null) => void
  onMove: (at: Position) => void
}

export function useMap(container: Ref<HTMLElement | undefined>, events: MapEvents) {
  const map = shallowRef<MapLibre | null>(null)
  const counts = ref(new Map<string, number>())
  const pointer = ref<[number, number] | null>(null)
  const zoom = ref(0)
  const tileProblem = ref(false)
  /** The basemap does not come; our own layers do. */
  const basemapProblem = ref(false)
  const failed = ref(false)
  /** Moving, or still fetching, drawing and counting what the view needs. */
  const busy = ref(true)
  let hidden: readonly string[] = []
  let faint: Readonly<Record<string, number>> = {}
  let selection: FeatureCollection | null = null
  let under: Basemap | null = null
  let underPercent = 100
  /** Tiles that did not come, by their source. */
  const lacking = new Map<string, TileAddress[]>()
  const hover = { asked: 0, point: { x: 0, y: 0 } }

  function start(
    layers: readonly Layer[],
    at: Position | null,
    bounds: BBox | null,
    room: PaddingOptions,
    on: string | null = null,
  ): void {
    if (!container.value) return
    try {
      map.value = new MapLibre({
        container: container.value,
        style: mapStyle(layers, location.origin, on),
        ...(at
          ? { center: [at.lon, at.lat], zoom: at.zoom }
          : bounds
            ? { bounds, fitBoundsOptions: { padding: room } }
            : { center: [122.1, 37.45], zoom: 10 }),
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        maxZoom: 20,
        minZoom: 6,
        fadeDuration: 120,
        locale: MAP_WORDS,
        localIdeographFontFamily: "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif",
      })
    } catch {
      busy.value = false
      failed.value = true // no WebGL: the list and the drawer still work
      return
    }
    wire(map.value)
  }

  function wire(live: MapLibre): void {
    live.touchZoomRotate.disableRotation()
    live.addControl(new NavigationControl({ visualizePitch: false }), 'top-right')
    live.addControl(new ScaleControl({ maxWidth: 110, unit: 'metric' }), 'bottom-right')
    live.on('load', () => {
      addPictures(live)
      putBasemap(live, under, underPercent, location.origin)
      applyHidden()
      fade(live, faint)
      if (selection) select(selection)
    })
    live.setMissingStyleImageResolver(() => addPictures(live))
    const legend = counter(live, (found) => {
      busy.value = false
      counts.value = found
    })
    const begin = () => {
      busy.value = true
      legend.stop()
    }
    live.on('movestart', begin)
    live.on('sourcedataloading', begin)
    const canvas = live.getCanvas()
    const soft = drawnByProcessor(canvas.getContext('webgl2')) ? softenWhileMoving(live) : () => false
    live.on('idle', () => {
      if (!soft()) legend.count()
    })
    live.on('moveend', () => {
      if (lacking.size) askAgain()
      const { lng, lat } = live.getCenter()
      zoom.value = live.getZoom()
      events.onMove({ zoom: live.getZoom(), lat, lon: lng })
    })
    live.on('mousemove', (event) => {
      pointer.value = [event.lngLat.lng, event.lngLat.lat]
      hover.point = event.point
      // What lies under the pointer is looked up once a frame, and not while the map moves.
      if (hover.asked || live.isMoving()) return
      hover.asked = requestAnimationFrame(() => {
        hover.asked = 0
        live.getCanvas().style.cursor = pick(live, hover.point) ? 'pointer' : ''
      })
    })
    live.on('mouseout', () => (pointer.value = null))
    live.on('click', (event) => events.onPick(pick(live, event.point)))
    live.on('error', (event) => {
      if ((event as { sourceId?: string }).sourceId === BASEMAP) {
        basemapProblem.value = true
        return
      }
      const status = (event.error as { status?: number } | undefined)?.status
      if (status !== undefined || event.error instanceof TypeError) {
        const { sourceId = '', tile } = event as { sourceId?: string; tile?: { tileID: { canonical: TileAddress } } }
        lacking.set(sourceId, [...(lacking.get(sourceId) ?? []), ...(tile ? [tile.tileID.canonical] : [])])
        tileProblem.value = true
      }
      // What is wrong with the style or the page itself is ours to see.
      else if (!/abort/i.test(event.error?.message ?? '')) console.error(event.error)
    })
  }

  function pick(live: MapLibre, point: { x: number; y: number }): MapGeoJSONFeature | null {
    if (!live.isStyleLoaded()) return null
    const reach = 5
    const found = live.queryRenderedFeatures(
      [
        [point.x - reach, point.y - reach],
        [point.x + reach, point.y + reach],
      ],
      { layers: clickable(live.getLayersOrder()) },
    )
    return best(found)
  }

  /** A tile that failed counts as done: neither moving nor a new address makes MapLibre ask again. */
  function askAgain(): void {
    const wanted = [...lacking]
    lacking.clear()
    tileProblem.value = false
    for (const [source, tiles] of wanted) {
      if (tiles.length && map.value?.getSource(source)) map.value.refreshTiles(source, tiles)
    }
  }

  function applyHidden(): void {
    const live = map.value
    if (!live) return
    const order = live.getLayersOrder()
    const off = new Set(hidden.flatMap((id) => layersOf(id, order)))
    for (const id of clickable(order)) {
      const wanted = off.has(id) ? 'none' : 'visible'
      if (live.getLayoutProperty(id, 'visibility') !== wanted) {
        live.setLayoutProperty(id, 'visibility', wanted)
      }
    }
  }

  function select(features: FeatureCollection): void {
    selection = features
    const source = map.value?.getSource('selection') as GeoJSONSource | undefined
    source?.setData(features)
  }

  onBeforeUnmount(() => {
    cancelAnimationFrame(hover.asked)
    map.value?.remove()
  })

  return {
    map,
    counts,
    pointer,
    zoom,
    tileProblem,
    basemapProblem,
    failed,
    busy,
    start,
    select,
    hide: (signs: readonly string[]) => {
      hidden = signs
      if (map.value?.getSource('selection')) applyHidden()
    },
    /** What lies under the layers; null takes it away. */
    basemap: (offer: Basemap | null, percent: number) => {
      under = offer
      underPercent = percent
      if (!map.value?.getSource('selection')) return
      // A source that failed is made anew, so that its tiles are asked for again.
      if (basemapProblem.value) putBasemap(map.value, null, percent, location.origin)
      basemapProblem.value = false
      putBasemap(map.value, offer, percent, location.origin)
    },
    /** Draw layers more faintly: layer → percent. */
    fade: (shares: Readonly<Record<string, number>>) => {
      faint = shares
      if (map.value?.getSource('selection')) fade(map.value, shares)
    },
    /** Move so that the box is well visible; a point is shown with its surroundings. */
    show: (box: BBox, padding: PaddingOptions, maxZoom: number) => {
      // The drawer may have taken its room in this very frame: measure before centring.
      map.value?.resize()
      map.value?.fitBounds(box, { padding, maxZoom, duration: 500, essential: true })
    },
    askAgain,
    /** Move towards a mark that stands for many, until they come apart. */
    approach: (feature: MapGeoJSONFeature) => {
      const { coordinates } = feature.geometry as Point
      map.value?.easeTo({ center: coordinates as [number, number], zoom: map.value.getZoom() + 2, essential: true })
    },
    jump: (at: Position) => map.value?.jumpTo({ center: [at.lon, at.lat], zoom: at.zoom }),
    /** New revisions of the tile layers, or another day: ask for their tiles again. */
    refresh: (layers: readonly Layer[], on: string | null = null) => {
      for (const layer of layers) {
        const source = map.value?.getSource(layer.id)
        if (source && 'setTiles' in source) {
          ;(source as { setTiles: (tiles: string[]) => void }).setTiles([
            tileUrl(layer, location.origin, on),
          ])
        }
      }
    },
  }
}
