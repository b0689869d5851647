/** What is drawn as selected: the parts of a finding, or one subject. */
import type { Feature, FeatureCollection, Geometry } from 'geojson'

import type { BBox, Finding, Point, Subject } from '@/api/types'

type Role = 'subject' | 'pair'

const feature = (geometry: Geometry, properties: Record<string, unknown>): Feature => ({
  type: 'Feature',
  geometry,
  properties,
})

type Shapes = ReadonlyMap<string, Pick<Subject, 'geometry' | 'bbox'>>
const NO_SHAPES: Shapes = new Map()

/** The line of a road; a cemetery has signs of its own, which a selection must not cover. */
function lineOf(subject: string, shapes: Shapes): Feature[] {
  const geometry = shapes.get(subject)?.geometry
  return geometry && /LineString$/.test(geometry.type) ? [feature(geometry, { role: 'subject' })] : []
}

/**
 * The lines and points of the subjects and a line for each pair; the finding's own point where it
 * has none. A point whose line is drawn too says so in `shaped`.
 */
export function findingFeatures(finding: Finding, shapes: Shapes = NO_SHAPES): FeatureCollection {
  const points = new Map<string, Point>()
  for (const subject of finding.subjects) {
    if (subject.point) points.set(subject.subject, subject.point)
  }
  // One thing concerned: the mark stands where the fault is, which may be only a part of it.
  if (finding.subjects.length === 1 && finding.point) {
    const only = feature({ type: 'Point', coordinates: finding.point }, { role: 'subject' })
    return { type: 'FeatureCollection', features: [...lineOf(finding.subjects[0]!.subject, shapes), only] }
  }
  const features: Feature[] = finding.subjects.flatMap((s) => {
    const line = lineOf(s.subject, shapes)
    if (!s.point) return line
    const told = { role: 'subject' as Role, name: s.name, ...(line.length > 0 ? { shaped: true } : {}) }
    return [...line, feature({ type: 'Point', coordinates: s.point }, told)]
  })
  if (features.length === 0 && finding.point) {
    features.push(feature({ type: 'Point', coordinates: finding.point }, { role: 'subject' }))
  }
  for (const [a, b] of finding.pairs) {
    const from = points.get(a)
    const to = points.get(b)
    if (a === b || !from || !to) continue
    features.push(feature({ type: 'LineString', coordinates: [from, to] }, { role: 'pair' }))
  }
  return { type: 'FeatureCollection', features }
}

export function subjectFeatures(subject: Subject): FeatureCollection {
  const features: Feature[] = []
  if (subject.geometry) features.push(feature(subject.geometry, { role: 'subject' }))
  else if (subject.point) {
    features.push(
      feature({ type: 'Point', coordinates: subject.point }, { role: 'subject', name: subject.title }),
    )
  }
  return { type: 'FeatureCollection', features }
}

/** The box that holds a finding and all its subjects. */
export function findingBounds(finding: Finding, shapes: Shapes = NO_SHAPES): BBox | null {
  const points = finding.subjects.flatMap((s) => (s.point ? [s.point] : []))
  for (const { bbox } of shapes.values()) {
    if (bbox) points.push([bbox[0], bbox[1]], [bbox[2], bbox[3]])
  }
  if (finding.point) points.push(finding.point)
  return hull(points, finding.bbox)
}

export function hull(points: readonly Point[], box: BBox | null): BBox | null {
  const first = points[0]
  if (!first && !box) return null
  const start: BBox = box ?? [first![0], first![1], first![0], first![1]]
  return points.reduce<BBox>(
    (b, [lon, lat]) => [
      Math.min(b[0], lon),
      Math.min(b[1], lat),
      Math.max(b[2], lon),
      Math.max(b[3], lat),
    ],
    start,
  )
}

export const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] }
