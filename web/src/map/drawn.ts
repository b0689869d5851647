/** What was drawn on the map, as the address bar carries it: `line~122.1,37.4~122.2,37.5`. */
import type { Geometry, Position } from 'geojson'

import type { Point } from '@/api/types'

import type { SketchKind } from './sketch'

export interface Drawn {
  kind: SketchKind
  points: Point[]
}

/** To a decimetre: more than a hand on a map can mean. */
const DECIMALS = 6
/** So many corners fit an address; more are not drawn by hand. */
const MOST = 300

export function written({ kind, points }: Drawn): string {
  return [kind, ...points.map((p) => p.map((n) => Number(n.toFixed(DECIMALS))).join(','))].join('~')
}

/** What an address says was drawn; null where it says nothing that can be drawn. */
export function readDrawn(text: string): Drawn | null {
  const [kind, ...corners] = text.split('~')
  if ((kind !== 'line' && kind !== 'area') || corners.length > MOST) return null
  const points = corners.map((c) => c.split(',').map(Number))
  if (!points.every((p) => p.length === 2 && p.every(Number.isFinite))) return null
  return points.length < (kind === 'area' ? 3 : 2) ? null : { kind, points: points as Point[] }
}

export function geometryOf({ kind, points }: Drawn): Geometry {
  return kind === 'line'
    ? { type: 'LineString', coordinates: points as Position[] }
    : { type: 'Polygon', coordinates: [[...points, points[0]!]] }
}

/** A point for what was drawn: the corner in the middle of a line, the mean of an area's corners. */
export function middleOf({ kind, points }: Drawn): Point {
  if (kind === 'line') return points[Math.floor(points.length / 2)]!
  const mean = (axis: 0 | 1) => points.reduce((sum, p) => sum + p[axis], 0) / points.length
  return [Number(mean(0).toFixed(DECIMALS)), Number(mean(1).toFixed(DECIMALS))]
}
