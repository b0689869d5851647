/** Drawing layers more faintly: every opacity of a style layer times a share. */
import type { LayerSpecification, Map as MapLibre } from 'maplibre-gl'

const PROPERTIES: Partial<Record<LayerSpecification['type'], readonly string[]>> = {
  fill: ['fill-opacity'],
  line: ['line-opacity'],
  circle: ['circle-opacity', 'circle-stroke-opacity'],
  symbol: ['icon-opacity', 'text-opacity'],
}

/** A value times a share; steps over the zoom keep their place at the top (style specification). */
export function times(value: unknown, share: number): unknown {
  if (share === 1) return value
  if (value === undefined) return share
  if (typeof value === 'number') return value * share
  if (Array.isArray(value) && (value[0] === 'step' || value[0] === 'interpolate')) {
    const from = value[0] === 'step' ? 2 : 4
    return value.map((part: unknown, i) => (i >= from && (i - from) % 2 === 0 ? times(part, share) : part))
  }
  return ['*', value, share]
}

/** The opacities that a style layer was made with, kept so that fading can be taken back. */
const made = new WeakMap<MapLibre, Map<string, unknown>>()

export function fade(map: MapLibre, faint: Readonly<Record<string, number>>): void {
  const known = made.get(map) ?? new Map<string, unknown>()
  made.set(map, known)
  for (const id of map.getLayersOrder()) {
    const layer = map.getLayer(id)
    if (!layer || layer.source === 'selection' || layer.source === 'basemap' || layer.source === 'sketch') continue
    for (const property of PROPERTIES[layer.type as LayerSpecification['type']] ?? []) {
      const key = `${id}|${property}`
      if (!known.has(key)) known.set(key, map.getPaintProperty(id, property as never))
      const share = (faint[layer.source] ?? 100) / 100
      if (share === 1 && !known.has(`${key}|faded`)) continue
      known.set(`${key}|faded`, true)
      map.setPaintProperty(id, property as never, times(known.get(key), share) as never)
    }
  }
}
