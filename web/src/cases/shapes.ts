/** What the small map of a case shows: the approved land, the last survey, the claim. */
import type { Feature, FeatureCollection, Geometry } from 'geojson'

import type { Cemetery } from '@/api/types'

const feature = (role: string, geometry: Geometry | null): Feature[] =>
  geometry ? [{ type: 'Feature', properties: { role }, geometry }] : []

export function caseShapes(claim: Geometry | null, site: Cemetery | null, survey: number | null): FeatureCollection | null {
  const measured = site?.surveys.find((s) => s.id === survey) ?? null
  const features = [
    ...feature('approved', site?.approved ?? null),
    ...feature('surveyed', measured?.geometry ?? null),
    ...feature('strip', claim),
  ]
  return features.length ? { type: 'FeatureCollection', features } : null
}
