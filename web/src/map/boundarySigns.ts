/** How boundaries on a small map are drawn, by the `role` of a feature; the words of its legend. */
import type { LayerSpecification } from 'maplibre-gl'

import { PALETTE } from './palette'
import type { Swatch } from './signs'

export interface BoundarySign {
  role: string
  title: string
  line: string
  dash?: number[]
  width?: number
  fill?: number
  /** Single places, each a small disc; `hollow` ones are not taken. */
  point?: 'solid' | 'hollow'
}

/** Bottom to top. */
export const BOUNDARY_SIGNS: readonly BoundarySign[] = [
  { role: 'band', title: '测量误差带', line: PALETTE.uncertainty },
  { role: 'former', title: '已不在有效期的批准', line: '#8fb3a6', dash: [2, 2], width: 1.2 },
  { role: 'approved', title: '批准范围', line: PALETTE.approved, width: 2, fill: 0.08 },
  { role: 'registered', title: '已登记的边界', line: PALETTE.approved, width: 2, fill: 0.08 },
  { role: 'surveyed', title: '测量边界', line: PALETTE.surveyed, dash: [3, 2], width: 1.6 },
  { role: 'earlier', title: '前次测量', line: '#8d8d8d', dash: [1, 2], width: 1.4 },
  { role: 'lost', title: '减少的部分', line: '#5b7fb3', fill: 0.3 },
  { role: 'gained', title: '增加的部分', line: '#7b61b5', fill: 0.3 },
  { role: 'strip', title: '超出批准的部分', line: PALETTE.beyond, fill: 0.45, width: 1.6 },
  { role: 'uploaded', title: '上传的边界', line: PALETTE.selection, width: 2, fill: 0.12 },
  { role: 'declared', title: '按所声明的坐标系', line: PALETTE.selection, width: 2, fill: 0.12 },
  { role: 'suspected', title: '按推测的坐标系', line: PALETTE.inQuestion, dash: [3, 2], width: 2, fill: 0.12 },
  { role: 'plot', title: '已使用、已出售的墓位', line: '#4c6a92', point: 'solid' },
  { role: 'plot-free', title: '空闲墓位', line: PALETTE.approved, point: 'hollow' },
  { role: 'plot-chosen', title: '选中的墓位', line: PALETTE.selection, point: 'solid', width: 3 },
]

export function boundarySwatch(sign: BoundarySign): Swatch {
  if (sign.point) return { shape: 'disc', colour: sign.line, hollow: sign.point === 'hollow' }
  const faint = Math.round((sign.fill ?? 0) * 255)
    .toString(16)
    .padStart(2, '0')
  return {
    shape: 'area',
    line: sign.role === 'band' ? `${sign.line}66` : sign.line,
    ...(sign.dash ? { dash: '4 3' } : {}),
    ...(sign.role === 'band' ? { fill: `${sign.line}33` } : sign.fill ? { fill: sign.line + faint } : {}),
  }
}

/** Pixels that a metre on the ground takes. */
const pixels = (zoom: number, latitude: number) =>
  (2 ** zoom * 512) / (40075016.686 * Math.cos((latitude * Math.PI) / 180))

/** Metres on the ground as pixels, at the latitude of the map. */
const metres = (width: unknown, latitude: number) => {
  const at = (zoom: number) => [zoom, ['*', width, pixels(zoom, latitude)]]
  return ['interpolate', ['exponential', 2], ['zoom'], ...at(10), ...at(22)]
}

/** Whether a band of errors looks out on both sides of the line that lies on it. */
export const bandShows = (metresWide: number, zoom: number, latitude: number) =>
  metresWide * pixels(zoom, latitude) >= 2

export function boundaryLayers(source: string, latitude: number): LayerSpecification[] {
  const layers = BOUNDARY_SIGNS.flatMap((sign): object[] => {
    const filter = ['==', ['get', 'role'], sign.role]
    if (sign.point) {
      const colour = { 'circle-color': sign.point === 'solid' ? sign.line : '#ffffff', 'circle-stroke-color': sign.line }
      // A plot is about a metre wide: discs stay apart when one comes near, and small from afar.
      const more = sign.width ?? 0
      const radius = ['interpolate', ['exponential', 1.6], ['zoom'], 15, 1.6 + more, 18, 3 + more, 21, 8 + more]
      const size = { 'circle-radius': radius, 'circle-stroke-width': 1 }
      return [{ id: `${sign.role}/point`, type: 'circle', source, filter, paint: { ...colour, ...size } }]
    }
    const fill = { id: `${sign.role}/fill`, type: 'fill', source, filter, paint: { 'fill-color': sign.line, 'fill-opacity': sign.fill ?? 0 } }
    const line =
      sign.role === 'band'
        ? { 'line-color': sign.line, 'line-opacity': 0.25, 'line-width': metres(['*', 2, ['get', 'band_m']], latitude) }
        : { 'line-color': sign.line, 'line-width': sign.width ?? 1.4, ...(sign.dash ? { 'line-dasharray': sign.dash } : {}) }
    return [
      ...(sign.fill ? [fill] : []),
      { id: `${sign.role}/line`, type: 'line', source, filter, layout: { 'line-join': 'round' }, paint: line },
    ]
  })
  return layers as unknown as LayerSpecification[]
}
