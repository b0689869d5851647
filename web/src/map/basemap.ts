/** What lies under the layers: a basemap through our own service, never from another host. */
import type { LayerSpecification, Map as MapLibre, SourceSpecification } from 'maplibre-gl'

import type { Basemap } from '@/api/types'

export const BASEMAP = 'basemap'

/** Where the tiles of the basemap come from. */
export function basemapSource(offer: Basemap, origin: string): SourceSpecification {
  const common = {
    tiles: [origin + offer.tiles],
    minzoom: offer.min_zoom,
    maxzoom: offer.max_zoom,
  }
  return offer.vector ? { type: 'vector', ...common } : { type: 'raster', tileSize: 256, ...common }
}

/** How it is drawn; vectors, whose scheme nobody knows, in one quiet grey. */
export function basemapLayers(offer: Basemap, percent: number): LayerSpecification[] {
  const share = percent / 100
  if (!offer.vector) {
    return [
      {
        id: BASEMAP,
        type: 'raster',
        source: BASEMAP,
        paint: { 'raster-opacity': share, 'raster-fade-duration': 0 },
      },
    ]
  }
  return offer.vector_layers.flatMap((name): LayerSpecification[] => [
    {
      id: `${BASEMAP}/${name}/area`,
      type: 'fill',
      source: BASEMAP,
      'source-layer': name,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': '#8a8f98', 'fill-opacity': 0.12 * share },
    },
    {
      id: `${BASEMAP}/${name}/line`,
      type: 'line',
      source: BASEMAP,
      'source-layer': name,
      filter: ['==', ['geometry-type'], 'LineString'],
      paint: { 'line-color': '#8a8f98', 'line-width': 1, 'line-opacity': 0.6 * share },
    },
  ])
}

/** Put the basemap above the ground and below everything else, or take it away (`offer` null). */
export function putBasemap(map: MapLibre, offer: Basemap | null, percent: number, origin: string): void {
  for (const id of map.getLayersOrder()) if (map.getLayer(id)?.source === BASEMAP) map.removeLayer(id)
  if (!offer) {
    if (map.getSource(BASEMAP)) map.removeSource(BASEMAP)
    return
  }
  if (!map.getSource(BASEMAP)) map.addSource(BASEMAP, basemapSource(offer, origin))
  const above = map.getLayersOrder()[1] // the first is the plain ground
  for (const layer of basemapLayers(offer, percent)) map.addLayer(layer, above)
}
