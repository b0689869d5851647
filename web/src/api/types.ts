/** What the service answers. Coordinates are longitude, latitude in EPSG:4490 (CGCS2000). */
import type { Geometry } from 'geojson'

export type Point = [number, number]
export type BBox = [number, number, number, number]
export type Severity = 'block' | 'error' | 'warn' | 'info' | 'task'
export type FindingState = 'open' | 'waived' | 'gone'
export type SubjectKind = 'place' | 'road' | 'division' | 'cemetery' | 'zone'
export type Pair = [string, string]

export interface Parameter {
  key: string
  title: string
  value: unknown
  confirmed: boolean
  source: string
}

export interface Town {
  code: string
  name: string
  bbox: BBox | null
}

export interface District {
  code: string
  name: string
  sample: boolean
  banner: string | null
  bbox: BBox | null
  revision: number
  counts: Record<string, number>
  parameters: Parameter[]
  towns: Town[]
  last_scan: { id: number; finished_at: string | null } | null
}

export interface Layer {
  id: string
  title: string
  source_layer: string
  geometry_type: string
  minzoom: number
  maxzoom: number
  tiles: string
  revision: number
}

export interface Basis {
  law: string
  article: string
  text?: string | null
  confidence: string
  valid_from?: string | null
  valid_to?: string | null
  number?: string | null
  note?: string | null
}

export interface FindingSubject {
  subject: string
  name: string
  located_in: string
  point: Point | null
}

export interface Waiver {
  id: number
  pair: Pair
  reason: string
  expires_on: string | null
  by: string
  at: string
}

/** A finding as a name check answers it: judged, but not registered. */
export interface Judged {
  rule_id: string
  rule_version: number
  title: string
  severity: Severity
  severity_word: string
  outcome: string
  message: string
  subjects: FindingSubject[]
  basis: Basis[]
  confidence: string
  capped: boolean
  facts: Record<string, unknown>
}

export interface Finding extends Judged {
  id: number
  fingerprint: string
  state: FindingState
  scope: { kind: string; code: string; name: string }
  pairs: Pair[]
  waivers: Waiver[]
  managed: boolean
  bbox: BBox | null
  point: Point | null
  first_seen: string | null
  last_seen: string | null
}

export interface FindingPage {
  items: Finding[]
  total: number
  next: string | number | null
}

export interface FindingSummary {
  by_rule: { rule_id: string; title: string; severity: Severity; open: number; waived: number }[]
  by_severity: Record<string, number>
  by_town: { code: string; name: string; open: number }[]
}

export interface SearchHit {
  subject: string
  kind: SubjectKind
  title: string
  subtitle: string
  point: Point | null
  bbox: BBox | null
}

export interface Attribute {
  key: string
  title: string
  value: string | number | boolean | null
  unit?: string | null
}

export interface RecordedName {
  full: string
  kind: string
  kind_title: string
  romanized: string | null
  reading: string | string[] | null
  valid_from: string | null
  valid_to: string | null
  event: string | null
  authority: string | null
  document: string | null
}

export interface Subject {
  subject: string
  kind: SubjectKind
  title: string
  subtitle: string
  bbox: BBox | null
  point: Point | null
  geometry: Geometry | null
  attributes: Attribute[]
  names: RecordedName[]
  approvals: Record<string, unknown>[]
  surveys: Record<string, unknown>[]
  findings: Finding[]
}

export interface NameCheckRequest {
  name: string
  place_class: string
  at?: string
  point?: Point
}

export interface NameCheck {
  name: string
  place_class: string
  verdict: '违反' | '警示' | '提示' | '通过'
  severity: Severity | null
  toponym: {
    full: string
    specific: string
    generic: string
    romanized: string
    romanized_plain: string
    reading: string[]
    ambiguous: unknown[]
  }
  compared: {
    text: string
    scopes: { kind: string; code: string; name: string; names: number }[]
  }
  findings: Judged[]
  summary: string
}

export interface Rule {
  id: string
  version: number
  title: string
  severity: Record<string, { new: Severity | null; legacy: Severity | null }>
  basis: Basis[]
  confidence: string
  doc: string
  applies_to?: string[]
  parameters?: Record<string, unknown>
  messages?: Record<string, string>
  guidance?: { why: string; fix: string; exempt: string }
  examples?: { fires_on: string[]; silent_on: string[] }
}

export interface PlaceClass {
  key: string
  title: string
}

/** RFC 9457 problem document. */
export interface ProblemDocument {
  type?: string
  title?: string
  status?: number
  detail?: string
  code?: string
  advice?: string
}
