/** How a registered name is split and read, and what a person knows better; one function an act. */
import type { components } from './schema'
import { call } from './service'

type Schemas = components['schemas']
export type NameSpelling = Schemas['NameSpelling']
export type SpelledSyllable = Schemas['SpelledSyllable']
/** What is said instead: the syllables, or the parts that together are the name. */
export type Otherwise = { syllables?: string; specific?: string; modifier?: string; generic?: string }
export type Parts = { specific: string; modifier: string; generic: string }
type Said = { reason: string; replace?: boolean }

/** A name of a place, or the name of a division (the seat of a committee among them). */
export type Spelled =
  | { place: string; name_id: number }
  | { system: 'mca' | 'nbs'; code: string }

/** The name of a subject of which only one can be meant: a division. */
export function divisionNamed(subject: string): Spelled | null {
  const [kind, system, code] = subject.split(':')
  if (kind !== 'division' || !code || (system !== 'nbs' && system !== 'mca')) return null
  return { system, code }
}

const named = (of: Extract<Spelled, { place: string }>) => ({ ident: of.place, name_id: of.name_id })

export const spelling = {
  /** As it stands, or as it would be. */
  show: (of: Spelled, otherwise: Otherwise = {}, signal?: AbortSignal) =>
    'place' in of
      ? call('get', '/api/v1/places/{ident}/names/{name_id}/spelling', { path: named(of), query: otherwise, signal })
      : call('get', '/api/v1/divisions/{system}/{code}/spelling', {
          path: of,
          query: otherwise.syllables ? { syllables: otherwise.syllables } : {},
          signal,
        }),
  confirmReading: (of: Spelled, body: { syllables: string } & Said) =>
    'place' in of
      ? call('post', '/api/v1/places/{ident}/names/{name_id}/reading', { path: named(of), body })
      : call('post', '/api/v1/divisions/{system}/{code}/reading', { path: of, body }),
  releaseReading: (of: Spelled) =>
    'place' in of
      ? call('delete', '/api/v1/places/{ident}/names/{name_id}/reading', { path: named(of) })
      : call('delete', '/api/v1/divisions/{system}/{code}/reading', { path: of }),
  correctSplit: (of: Extract<Spelled, { place: string }>, body: Parts & Said) =>
    call('post', '/api/v1/places/{ident}/names/{name_id}/split', { path: named(of), body }),
  releaseSplit: (of: Extract<Spelled, { place: string }>) =>
    call('delete', '/api/v1/places/{ident}/names/{name_id}/split', { path: named(of) }),
}
