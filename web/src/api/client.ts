/** What people do, one function an act; each is a call of the service, typed by its interface. */
import type { components, paths } from './schema'
import { call, file, type Sent } from './service'
import type { Cemetery, DossierFormat, FindingState, Pair, RoadAnswer, Subject, TimeLine, Upload } from './types'

export { Problem, problemFrom } from './problem'
export { save, type NamedFile } from './service'

type Schemas = components['schemas']
type Query<P extends keyof paths, M extends 'get' | 'post'> =
  paths[P][M] extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never

export type FindingQuery = Query<'/api/v1/findings', 'get'>
export type FigureQuery = Query<'/api/v1/figures', 'get'>
export type UploadQuery = Query<'/api/v1/uploads', 'post'>
export type UploadAsked = Schemas['AskedRequest']
export type PlotQuery = Query<'/api/v1/cemeteries/{cemetery_id}/plots', 'get'>

/** GeoJSON told more exactly than OpenAPI can. */
const shaped = <T>(answer: Promise<unknown>) => answer as Promise<T>

export const api = {
  // ---- the district
  district: () => call('get', '/api/v1/district', {}),
  layers: () => call('get', '/api/v1/layers', {}),
  basemap: () => call('get', '/api/v1/basemap', {}),
  classes: () => call('get', '/api/v1/classes', {}),
  vocabulary: () => call('get', '/api/v1/vocabulary', {}),
  rule: (rule_id: string) => call('get', '/api/v1/rules/{rule_id}', { path: { rule_id } }),
  rules: () => call('get', '/api/v1/rules', {}),
  ready: () => call('get', '/readyz', {}),
  search: (q: string, signal?: AbortSignal) =>
    call('get', '/api/v1/search', { query: { q, limit: 20 }, signal }),

  // ---- who one is
  session: () => call('get', '/api/v1/session', {}),
  logIn: (body: Schemas['LoginRequest']) => call('post', '/api/v1/session', { body }),
  tryOut: (role: string) => call('post', '/api/v1/session/try-out', { body: { role } }),
  changePassword: (body: Schemas['PasswordRequest']) =>
    call('put', '/api/v1/session/password', { body }),
  logOut: () => call('delete', '/api/v1/session', {}),

  // ---- findings and the decisions on them
  findings: (query: FindingQuery, signal?: AbortSignal) =>
    call('get', '/api/v1/findings', { query, signal }),
  findingTable: (state: FindingState, signal?: AbortSignal) =>
    call('get', '/api/v1/findings/table', { query: { state }, signal }),
  finding: (finding_id: number) => call('get', '/api/v1/findings/{finding_id}', { path: { finding_id } }),
  summary: () => call('get', '/api/v1/findings/summary', {}),
  waive: (finding_id: number, body: Schemas['WaiverRequest']) =>
    call('post', '/api/v1/findings/{finding_id}/waivers', { path: { finding_id }, body }),
  withdrawWaiver: (waiver_id: number) =>
    call('delete', '/api/v1/waivers/{waiver_id}', { path: { waiver_id } }),
  answerUnnamed: (place: string, body: Schemas['NamingAnswerRequest']) =>
    call('post', '/api/v1/places/{place}/naming-answer', { path: { place }, body }),
  withdrawAnswer: (place: string) =>
    call('delete', '/api/v1/places/{place}/naming-answer', { path: { place } }),
  decideRoad: (body: { pair: Pair; answer: RoadAnswer; reason: string }) =>
    call('post', '/api/v1/road-decisions', { body }),
  withdrawRoadDecision: (decision_id: number) =>
    call('delete', '/api/v1/road-decisions/{decision_id}', { path: { decision_id } }),

  // ---- subjects and names
  subject: (subject: string) =>
    shaped<Subject>(call('get', '/api/v1/subjects/{subject}', { path: { subject } })),
  place: (place: string, on: string, signal?: AbortSignal) =>
    call('get', '/api/v1/places/{place}', { path: { place }, query: { on }, signal }),
  compareNames: (body: Schemas['ComparisonRequest'], signal?: AbortSignal) =>
    call('post', '/api/v1/name-comparisons', { body, signal }),
  nameReport: (body: Schemas['ReportRequest']) => file('post', '/api/v1/name-reports', { body }),

  // ---- cemeteries
  cemeteries: () => call('get', '/api/v1/cemeteries', {}),
  cemetery: (cemetery_id: number) =>
    shaped<Cemetery>(call('get', '/api/v1/cemeteries/{cemetery_id}', { path: { cemetery_id } })),
  timeline: (cemetery_id: number) =>
    shaped<TimeLine>(
      call('get', '/api/v1/cemeteries/{cemetery_id}/timeline', { path: { cemetery_id } }),
    ),
  capacity: (cemetery_id: number) =>
    call('get', '/api/v1/cemeteries/{cemetery_id}/capacity', { path: { cemetery_id } }),
  plots: (cemetery_id: number, query: PlotQuery) =>
    call('get', '/api/v1/cemeteries/{cemetery_id}/plots', { path: { cemetery_id }, query }),
  dossiers: (cemetery_id: number) =>
    call('get', '/api/v1/cemeteries/{cemetery_id}/dossier', { path: { cemetery_id } }),
  dossier: (cemetery_id: number, format: DossierFormat) =>
    file('post', '/api/v1/cemeteries/{cemetery_id}/dossier', { path: { cemetery_id }, body: { format } }),

  // ---- uploads: the file is the body as it is, what it is said to be stands in the query
  upload: (content: Blob, query: UploadQuery, sent?: Sent) =>
    shaped<Upload>(call('post', '/api/v1/uploads', { query, body: content, sent })),
  uploads: (query: { status?: string } = {}) => call('get', '/api/v1/uploads', { query }),
  uploadPreview: (upload_id: number) =>
    shaped<Upload>(call('get', '/api/v1/uploads/{upload_id}', { path: { upload_id } })),
  askUploadAgain: (upload_id: number, body: UploadAsked) =>
    shaped<Upload>(call('put', '/api/v1/uploads/{upload_id}', { path: { upload_id }, body })),
  answerCrs: (upload_id: number, body: { accepted: string; reason: string }) =>
    shaped<Upload>(call('post', '/api/v1/uploads/{upload_id}/crs-answer', { path: { upload_id }, body })),
  confirmUpload: (upload_id: number) =>
    call('post', '/api/v1/uploads/{upload_id}/confirm', { path: { upload_id } }),
  discardUpload: (upload_id: number) =>
    call('delete', '/api/v1/uploads/{upload_id}', { path: { upload_id } }),

  // ---- figures and ledgers
  figures: (query: FigureQuery) => call('get', '/api/v1/figures', { query }),
  figureMembers: (figure: string, query: FigureQuery & { part?: string; town?: string }) =>
    call('get', '/api/v1/figures/{figure}', { path: { figure }, query }),
  defectLedger: () => call('get', '/api/v1/ledger', {}),
  activities: () => call('get', '/api/v1/activities', {}),
  recordActivity: (body: Schemas['ActivityRequest']) => call('post', '/api/v1/activities', { body }),
  cancelActivity: (number: number, reason: string) =>
    call('post', '/api/v1/activities/{number}/cancel', { path: { number }, body: { reason } }),
  teams: () => call('get', '/api/v1/teams', {}),
  foundTeam: (body: Schemas['TeamRequest']) => call('post', '/api/v1/teams', { body }),
}
