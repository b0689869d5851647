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

/** What a rule says, judged and worded. */
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

/** What a person found out about a place without a name. */
export type NamingAnswer = 'unregistered' | 'unsigned' | 'nameless' | 'not_needed' | 'unclear'

export interface NamingAnswerGiven {
  place: string
  answer: NamingAnswer
  answer_title: string
  next_step: string
}

/** Whether groups of segments of one name are one road. */
export type RoadAnswer = 'one' | 'two'

export interface RoadDecision {
  id: number
  pair: Pair
  answer: RoadAnswer
  answer_title: string
  reason: string
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

/** The paper that an event or a story rests on. */
export interface Paper {
  title: string
  number: string
  dated_on: string | null
}

/** What happened to a name: proposed, named, renamed, merged, abolished, corrected, withdrawn. */
export interface NameEvent {
  id: number
  kind: string
  kind_title: string
  summary: string
  effective_on: string | null
  authority: string
  document: Paper | null
  reason: string
  person: string
  recorded_at: string
}

/** Origin, meaning, history, description or a story of a place, with its source. */
export interface Story {
  id: number
  kind: string
  kind_title: string
  text: string
  source: string
  document: Paper | null
  person: string
  recorded_at: string
}

/** What a place was called on a day. */
export interface PlaceLife {
  subject: string
  title: string
  on: string
  called: string[]
  merged: { notice: string; heir: string; called: string[] } | null
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
  permanent_id?: string
  successor?: { subject: string; title: string } | null
  events?: NameEvent[]
  stories?: Story[]
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

export type ReportFormat = 'pdf' | 'docx' | 'json'
/** What is said of a proposed name, or of it by one rule. */
export type Verdict = '违反' | '警示' | '提示' | '通过' | '未比对'

/** A registered name that stands against a proposed one. */
export interface NameConflict {
  subject: string
  name: string
  kind: string
  title: string
  located_in: string
  point: Point | null
}

/** A finding on a proposed name: judged, but not registered. */
export interface NameFinding extends Omit<Judged, 'subjects'> {
  fingerprint: string
  scope: { kind: string; code: string }
  subjects: string[]
  conflicts: NameConflict[]
}

export interface RuleVerdict {
  rule_id: string
  rule_version: number
  title: string
  verdict: Verdict
  severity: Severity | null
  basis: Basis[]
  scope: { kind: string; code: string; name: string }[]
  names: string[]
  conflicts: NameConflict[]
  note: string
}

export interface NameCheck {
  name: string
  place_class: string
  located_in: string
  verdict: Exclude<Verdict, '未比对'>
  severity: Severity | null
  can_submit: boolean
  toponym: {
    full: string
    specific: string
    modifier: string
    generic: string
    romanized: string
    romanized_plain: string
    reading: string[]
    ambiguous: unknown[]
  }
  compared: {
    text: string
    scopes: { kind: string; code: string; name: string; things: number; names: number }[]
  }
  findings: NameFinding[]
  rules: RuleVerdict[]
  not_compared: number
  summary: string
  advice: string
}

export interface RankedName extends NameCheck {
  rank: number
  why: string
  rivals: { name: string; rule_id: string; title: string; verdict: Verdict }[]
}

export interface NameComparison {
  items: RankedName[]
  unusable: { position: number; written: string; message: string }[]
  notes: string[]
}

export interface Rule {
  id: string
  version: number
  title: string
  severity: Record<string, { new: Severity | null; legacy: Severity | null }>
  basis: Basis[]
  confidence: string
  doc: string
  /** Wrong findings among those that were read one by one; null without any. */
  false_positives?: {
    sample: number
    wrong: number
    unsure: number
    outdated: number
    rate: number | null
    interval: [number, number] | null
  }
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
