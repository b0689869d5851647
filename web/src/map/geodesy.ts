/** Lengths and areas on the ellipsoid of CGCS2000 (Karney 2013, as GeographicLib does it). */
import geodesic from 'geographiclib-geodesic'

import type { Point } from '@/api/types'

const CGCS2000 = new geodesic.Geodesic.Geodesic(6378137, 1 / 298.257222101)

/** Metres along the points. */
export function lengthOf(points: readonly Point[]): number {
  let sum = 0
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!]
    sum += CGCS2000.Inverse(a[1], a[0], b[1], b[0]).s12 ?? 0
  }
  return sum
}

/** Square metres and perimeter of the ring through the points. */
export function areaOf(points: readonly Point[]): { area: number; perimeter: number } {
  if (points.length < 3) return { area: 0, perimeter: lengthOf(points) }
  const ring = CGCS2000.Polygon(false)
  for (const [lon, lat] of points) ring.AddPoint(lat, lon)
  const found = ring.Compute(false, true)
  return { area: Math.abs(found.area ?? 0), perimeter: found.perimeter }
}

/** Whether the ring through the points crosses itself: its area then says nothing. */
export function crossesItself(points: readonly Point[]): boolean {
  const n = points.length
  const side = (a: Point, b: Point, c: Point) =>
    Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue
      const [a, b, c, d] = [points[i]!, points[(i + 1) % n]!, points[j]!, points[(j + 1) % n]!]
      if (side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b)) return true
    }
  }
  return false
}
