/** What a page on one cemetery puts together from what the service answers; no verdict of its own. */
import type { Feature, FeatureCollection, Geometry } from 'geojson'

import type { Approval, Cemetery, Finding, Survey, TimeLine } from '@/api/types'

export interface Station {
  day: string
  kind: 'approval' | 'survey'
  title: string
  approval?: Approval
  survey?: Survey
}

/** Approvals and surveys on one line, the latest first; what has no day stands at the end. */
export function stations(cemetery: Cemetery): Station[] {
  const approvals = cemetery.approvals.map(
    (approval): Station => ({
      day: approval.valid_from ?? approval.dated_on ?? '',
      kind: 'approval',
      title: `${approval.effect_title}${approval.number ? `：${approval.number}` : ''}`,
      approval,
    }),
  )
  const surveys = cemetery.surveys.map(
    (survey): Station => ({ day: survey.surveyed_on, kind: 'survey', title: `测量：${survey.method_title}`, survey }),
  )
  return [...approvals, ...surveys].sort((a, b) => b.day.localeCompare(a.day))
}

const shape = (geometry: Geometry | null, properties: Record<string, unknown>): Feature[] =>
  geometry ? [{ type: 'Feature', geometry, properties }] : []

/** The boundaries of a survey against what was approved, with the band of what cannot be told apart. */
export function boundariesOf(
  cemetery: Cemetery,
  line: TimeLine | null,
  survey: Survey | null,
): FeatureCollection {
  const before = survey
    ? cemetery.surveys.filter((s) => s.surveyed_on < survey.surveyed_on).at(-1)
    : undefined
  const moment = line?.surveys.find((m) => m.id === survey?.id)
  const seen = new Set(moment?.encroachment?.strips ?? [])
  const limit = moment?.encroachment?.detection_limit_m
  return {
    type: 'FeatureCollection',
    features: [
      ...(survey && limit ? shape(cemetery.approved, { role: 'band', band_m: limit }) : []),
      ...cemetery.approvals
        .filter((a) => !a.in_force)
        .flatMap((a) => shape(a.geometry, { role: 'former' })),
      ...shape(cemetery.approved, { role: 'approved' }),
      ...(before ? shape(before.geometry, { role: 'earlier' }) : []),
      ...(line?.strips ?? []).filter((s) => seen.has(s.key)).flatMap((s) => shape(s.geometry, { role: 'strip' })),
      ...shape(survey?.geometry ?? null, { role: 'surveyed' }),
    ],
  }
}

/** What was approved on the day of each survey, and today, as the service says. */
export function approvedOver(cemetery: Cemetery, line: TimeLine): [string, number][] {
  const then = line.surveys.flatMap((m): [string, number][] =>
    m.encroachment ? [[m.surveyed_on, m.encroachment.approved_area_m2]] : [],
  )
  return cemetery.approved_m2 === null ? then : [...then, [cemetery.on, cemetery.approved_m2]]
}

/** Whether a finding speaks of a cemetery, so that a case can be made of it. */
export const aboutCemetery = (finding: Finding): boolean =>
  finding.subjects.some((s) => s.subject.startsWith('cemetery:'))
