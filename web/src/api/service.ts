/**
 * The one way to the service: paths, parameters and answers are checked against the generated
 * `schema.d.ts`; whatever is no answer is thrown as a `Problem`.
 */
import { connectionLost } from './connection'
import { csrfHeaders, csrfKnown, loginIsNeeded } from './csrf'
import { problemFrom, unreachable } from './problem'
import type { paths } from './schema'
import type { ProblemDocument } from './types'

type Method = 'get' | 'post' | 'put' | 'delete'
type Operation<M extends Method, P extends keyof paths> = paths[P][M]

type Json<C> = [C] extends [{ content: { 'application/json': infer T } }] ? T : undefined
/** What an operation answers when it went well. */
type Answer<O> = [O] extends [{ responses: infer R }]
  ? { [S in keyof R & (200 | 201 | 204)]: Json<R[S]> }[keyof R & (200 | 201 | 204)]
  : never
// In brackets: each is asked of one operation, never of the union of all of them.
type Body<O> = [O] extends [{ requestBody: { content: { 'application/json': infer T } } }]
  ? { body: T }
  : { body?: Blob }
type PathPart<O> = [O] extends [{ parameters: { path: infer T } }] ? { path: T } : { path?: undefined }
type QueryPart<O> = [O] extends [{ parameters: { query?: infer T } }] ? { query?: T } : { query?: never }
/** What an operation asks for: parts of its path, its query, its body. */
export type Given<O> = PathPart<O> &
  QueryPart<O> &
  Body<O> & { signal?: AbortSignal | undefined; sent?: Sent | undefined }
/** Told how much of a file has left, in bytes. */
export type Sent = (bytes: number, of: number) => void

const isJson = (response: Response) => /\bjson\b/.test(response.headers.get('content-type') ?? '')

/** As `fetch`, which cannot tell how much of a body has left yet. */
function transmit(url: string, { method, headers, body }: RequestInit, sent: Sent): Promise<Response> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest()
    request.open(method ?? 'GET', url)
    for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value)
    request.responseType = 'blob'
    request.upload.onprogress = ({ loaded, total }) => sent(loaded, total)
    request.onerror = request.onabort = () => failed(new TypeError('not answered'))
    request.onload = () => {
      const type = request.getResponseHeader('content-type')
      const answer = request.status === 204 ? null : (request.response as Blob)
      done(new Response(answer, { status: request.status, headers: type ? { 'content-type': type } : {} }))
    }
    request.send(body as XMLHttpRequestBodyInit | null)
  })
}

/** Logging in is refused with the same number as a session that has ended. */
const isDoor = (path: string) => path.startsWith('/api/v1/session')

async function respond(method: Method, path: string, given: Loose, accept: string): Promise<Response> {
  if (method !== 'get') await csrfKnown()
  let response: Response
  try {
    response = await (given.sent
      ? transmit(address(path, given), init(method, given, accept), given.sent)
      : fetch(address(path, given), init(method, given, accept)))
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    connectionLost()
    throw unreachable()
  }
  if (response.ok) return response
  // Nothing was done: who logs in again goes on where the session ended.
  if (response.status === 401 && !isDoor(path) && (await loginIsNeeded())) {
    return respond(method, path, given, accept)
  }
  const body: unknown = isJson(response) ? await response.json().catch(() => null) : null
  const problem = problemFrom(response.status, body as ProblemDocument | null)
  if (problem.code === 'unreachable') connectionLost()
  throw problem
}

/** A query string without its empty parts; a list is its key several times. */
export function query(parameters: Record<string, unknown>): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== null && one !== undefined && one !== '') search.append(key, String(one))
    }
  }
  const text = search.toString()
  return text ? `?${text}` : ''
}

interface Loose {
  path?: Record<string, unknown> | undefined
  query?: Record<string, unknown> | undefined
  body?: unknown
  signal?: AbortSignal | undefined
  sent?: Sent | undefined
}

/** `/places/{place}` with its parts filled in. */
export function address(template: string, given: Pick<Loose, 'path' | 'query'>): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, key: string) =>
    encodeURIComponent(String(given.path?.[key] ?? '')),
  )
  return filled + query(given.query ?? {})
}

function init(method: Method, given: Loose, accept: string): RequestInit {
  const file = given.body instanceof Blob
  const type = file ? 'application/octet-stream' : 'application/json'
  return {
    method: method.toUpperCase(),
    signal: given.signal ?? null,
    headers: { Accept: accept, ...(given.body === undefined ? {} : { 'Content-Type': type }), ...csrfHeaders(method) },
    body: given.body === undefined ? null : file ? (given.body as Blob) : JSON.stringify(given.body),
  }
}

type Call = <M extends Method, P extends keyof paths>(
  method: M,
  path: P,
  given: Given<Operation<M, P>>,
) => Promise<Answer<Operation<M, P>>>
type FileCall = <M extends Method, P extends keyof paths>(
  method: M,
  path: P,
  given: Given<Operation<M, P>>,
) => Promise<NamedFile>

async function ask(method: Method, path: string, given: Loose): Promise<unknown> {
  const response = await respond(method, path, given, 'application/json')
  if (response.status === 204) return undefined
  // An answer that is no JSON comes from something that stands in between.
  if (!isJson(response)) {
    connectionLost()
    throw unreachable(response.status)
  }
  return response.json()
}

/** Ask the service; the answer has the type that the interface promises. */
export const call = ask as unknown as Call

export interface NamedFile {
  blob: Blob
  fileName: string
}

async function fetchFile(method: Method, path: string, given: Loose): Promise<NamedFile> {
  const response = await respond(method, path, given, '*/*')
  const named = /filename\*=UTF-8''([^;]+)/i.exec(response.headers.get('content-disposition') ?? '')
  return { blob: await response.blob(), fileName: decodeURIComponent(named?.[1] ?? 'report') }
}

/** A file with the name that the service gives it (RFC 5987). */
export const file = fetchFile as unknown as FileCall

/** Hand a file to the person. */
export function save({ blob, fileName }: NamedFile): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
