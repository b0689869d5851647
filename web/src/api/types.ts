/**
 * Names for what the service answers. Every shape comes from the generated `schema.d.ts`
 * (`make api`); only GeoJSON is told more exactly than OpenAPI can.
 * Coordinates are longitude, latitude in EPSG:4490 (CGCS2000).
 */
import type { FeatureCollection, Geometry } from 'geojson'

import type { components } from './schema'

type Schemas = components['schemas']
/** A shape whose geometry is GeoJSON. */
type Shaped<T> = Omit<T, 'geometry'> & { geometry: Geometry | null }

export type Point = [number, number]
export type BBox = [number, number, number, number]
export type Pair = [string, string]

export type Severity = Schemas['Finding']['severity']
export type FindingState = Schemas['Finding']['state']
export type SubjectKind = Schemas['Subject']['kind']
export type Verdict = Schemas['RuleVerdict']['verdict']
export type RoadAnswer = Schemas['RoadDecided']['answer']
export type NamingAnswer = Schemas['NamingAnswerGiven']['answer']
export type ReportFormat = NonNullable<Schemas['ReportRequest']['format']>
export type DossierFormat = NonNullable<Schemas['DossierRequest']['format']>

export type Attribute = Schemas['Attribute']
export type Basemap = Schemas['Basemap']
export type Basis = Schemas['Basis']
export type District = Schemas['District']
export type Finding = Schemas['Finding']
export type FindingLine = Schemas['FindingLine']
export type FindingPage = Schemas['FindingPage']
export type FindingSubject = Schemas['SubjectBrief']
export type FindingSummary = Schemas['FindingSummary']
export type Layer = Schemas['MapLayer']
export type NameCheck = Schemas['NameCheck']
export type NameComparison = Schemas['NameComparison']
export type NameEvent = Schemas['NameEvent']
export type Paper = Schemas['CitedPaper']
export type PlaceClass = Schemas['PlaceClass']
export type PlaceLife = Schemas['PlaceLife']
export type RankedName = Schemas['RankedName']
export type Rule = Schemas['Rule']
export type RuleVerdict = Schemas['RuleVerdict']
export type SearchHit = Schemas['SearchHit']
export type Subject = Shaped<Schemas['Subject']>
export type Town = Schemas['Town']
export type Waiver = Schemas['Waiver']

export type CemeteryRow = Schemas['CemeteryRow']
export type Approval = Shaped<Schemas['ApprovalFull']>
export type Survey = Shaped<Schemas['SurveyFull']>
export type Cemetery = Omit<Schemas['CemeteryFull'], 'approvals' | 'surveys' | 'approved'> & {
  approvals: Approval[]
  surveys: Survey[]
  approved: Geometry | null
}
export type BoundaryVerdict = Schemas['BoundaryVerdict']
export type Moment = Schemas['Moment']
export type Trail = Shaped<Schemas['Trail']>
export type TimeLine = Omit<Schemas['TimeLine'], 'strips'> & { strips: Trail[] }
export type Capacity = Schemas['Capacity']
export type PlotPage = Schemas['PlotPage']
export type PlotRow = Schemas['PlotRow']
export type IssuedPaper = Schemas['IssuedPaper']

export type CrsCheck = Omit<Schemas['CrsCheck'], 'positions'> & { positions: FeatureCollection }
export type Upload = Omit<Schemas['UploadPreview'], 'map' | 'crs_check'> & {
  map: FeatureCollection
  crs_check: CrsCheck | null
}
export type UploadRow = Schemas['UploadRow']

/** RFC 9457 problem document, as `geo_registry/api/problems.py` writes it. */
export interface ProblemDocument {
  type?: string
  title?: string
  status?: number
  detail?: string
  code?: string
  advice?: string
  fields?: { field: string; message: string }[]
  current?: Record<string, unknown>
}
