/** One door to the service: every answer is typed, every failure is a sentence for a person. */
import type {
  District,
  Finding,
  FindingPage,
  FindingState,
  FindingSummary,
  Layer,
  NameCheckRequest,
  NameComparison,
  NamingAnswer,
  NamingAnswerGiven,
  Pair,
  PlaceClass,
  PlaceLife,
  ProblemDocument,
  ReportFormat,
  RoadAnswer,
  RoadDecision,
  Rule,
  SearchHit,
  Severity,
  Subject,
} from './types'

/** What went wrong, in words that can be shown. */
export class Problem extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly advice = '',
  ) {
    super(message)
  }

  /** The service did not answer at all: stopped, restarting, or the network is down. */
  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }
}

/** Words for a failure; the server's own words come first. */
export function problemFrom(status: number, document: ProblemDocument | null): Problem {
  if (document?.detail ?? document?.title) {
    const text = document.detail ?? document.title ?? ''
    return new Problem(text, status, document.code ?? '', document.advice ?? '')
  }
  if (status === 404) return new Problem('没有找到这条记录，可能已被删除或合并。', status, 'not_found')
  if (status >= 500 && status <= 504 && status !== 500) return unreachable(status)
  return new Problem(
    '操作没有完成，您的数据没有变化。',
    status,
    'crash',
    `请稍后重试；仍不行时，把编号 ${status} 告知管理员。`,
  )
}

function unreachable(status = 0): Problem {
  return new Problem(
    '连接不上登记服务。',
    status,
    'unreachable',
    '服务可能正在重启，或网络断开了。请稍候重试；您填写的内容仍保留在本页。',
  )
}

async function respond(path: string, init: RequestInit, accept: string): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      ...init,
      headers: {
        Accept: accept,
        ...(init.body ? { 'Content-Type': 'application/json' } : {}),
      },
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw unreachable()
  }
  if (response.ok) return response
  const body: unknown = isJson(response) ? await response.json().catch(() => null) : null
  throw problemFrom(response.status, body as ProblemDocument | null)
}

const isJson = (response: Response) => /\bjson\b/.test(response.headers.get('content-type') ?? '')

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await respond(path, init, 'application/json')
  if (!isJson(response)) throw unreachable(response.status)
  return (await response.json().catch(() => null)) as T
}

/** A file with the name that the service gives it (RFC 5987). */
async function file(path: string, init: RequestInit): Promise<{ blob: Blob; fileName: string }> {
  const response = await respond(path, init, '*/*')
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')
  return { blob: await response.blob(), fileName: decodeURIComponent(named?.[1] ?? 'report') }
}

/** A query string without its empty parts. */
export function query(parameters: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return text ? `?${text}` : ''
}

function send(method: string, body?: unknown, signal?: AbortSignal): RequestInit {
  return { method, body: body === undefined ? null : JSON.stringify(body), signal: signal ?? null }
}

export interface FindingQuery {
  rule?: string
  severity?: Severity
  state?: FindingState
  town?: string
  q?: string
  limit?: number
  after?: string | number | null
}

const answerPath = (place: string) => `/api/v1/places/${encodeURIComponent(place)}/naming-answer`

const subjectPath = (subject: string) => `/api/v1/subjects/${encodeURIComponent(subject)}`

export const api = {
  district: () => request<District>('/api/v1/district'),
  layers: () => request<Layer[]>('/api/v1/layers'),
  findings: (q: FindingQuery, signal?: AbortSignal) =>
    request<FindingPage>(`/api/v1/findings${query({ ...q })}`, { signal: signal ?? null }),
  finding: (id: number) => request<Finding>(`/api/v1/findings/${id}`),
  summary: () => request<FindingSummary>('/api/v1/findings/summary'),
  waive: (id: number, waiver: { pairs?: Pair[]; reason: string; expires_on: string | null }) =>
    request<Finding>(`/api/v1/findings/${id}/waivers`, send('POST', waiver)),
  answerUnnamed: (
    place: string,
    answer: { answer: NamingAnswer; said_name: string; reason: string },
  ) => request<NamingAnswerGiven>(answerPath(place), send('POST', answer)),
  withdrawAnswer: (place: string) => request<unknown>(answerPath(place), send('DELETE')),
  decideRoad: (decision: { pair: Pair; answer: RoadAnswer; reason: string }) =>
    request<RoadDecision>('/api/v1/road-decisions', send('POST', decision)),
  withdrawRoadDecision: (id: number) =>
    request<unknown>(`/api/v1/road-decisions/${id}`, send('DELETE')),
  withdrawWaiver: (id: number) => request<Finding>(`/api/v1/waivers/${id}`, send('DELETE')),
  search: (q: string, signal?: AbortSignal) =>
    request<{ items: SearchHit[] }>(`/api/v1/search${query({ q, limit: 20 })}`, {
      signal: signal ?? null,
    }),
  subject: (subject: string) => request<Subject>(subjectPath(subject)),
  place: (subject: string, on: string, signal?: AbortSignal) =>
    request<PlaceLife>(`/api/v1/places/${encodeURIComponent(subject)}${query({ on })}`, {
      signal: signal ?? null,
    }),
  compareNames: (
    asked: Omit<NameCheckRequest, 'name'> & { names: string[] },
    signal?: AbortSignal,
  ) => request<NameComparison>('/api/v1/name-comparisons', send('POST', asked, signal)),
  nameReport: (asked: NameCheckRequest & { format: ReportFormat }) =>
    file('/api/v1/name-reports', send('POST', asked)),
  rules: () => request<Rule[]>('/api/v1/rules'),
  rule: (id: string) => request<Rule>(`/api/v1/rules/${encodeURIComponent(id)}`),
  classes: () => request<PlaceClass[]>('/api/v1/classes'),
}
