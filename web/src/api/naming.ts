/** Proposals (申报) and contributions (采集), one function an act. */
import type { components, paths } from './schema'
import { call, file } from './service'

type Schemas = components['schemas']
/** What a route takes, where several have a body of one name. */
type Body<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { 'application/json': infer B } } }
}
  ? B
  : never
export type ProposalLine = Schemas['ProposalLine']
export type Proposal = Schemas['ProposalShown']
export type ProposalState = Schemas['ProposalLine']['state']
export type ProposalWords = Schemas['ProposalWords']
export type PossibleAct = Schemas['PossibleAct']
export type BatchOutcome = Schemas['BatchOutcome']
export type Attachment = Schemas['AttachmentLine']
export type ContributionLine = Schemas['ContributionLine']
export type Contribution = Schemas['ContributionShown']

/** Every page of a list that is asked for by `before`. */
async function whole<T>(
  page: (before: number | undefined) => Promise<{ items: T[]; next: number | null }>,
): Promise<T[]> {
  const found: T[] = []
  let before: number | undefined
  do {
    const answer = await page(before)
    found.push(...answer.items)
    before = answer.next ?? undefined
  } while (before !== undefined)
  return found
}

const of = (proposal: number) => ({ proposal })

/** The acts of the state machine and the forms that each takes. */
export const STEPS = {
  amend: (n: number, body: Schemas['AmendRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/amendment', { path: of(n), body }),
  precheck: (n: number, body: Schemas['ProposalStepRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/precheck', { path: of(n), body }),
  hear: (n: number, body: Schemas['OpinionRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/opinions', { path: of(n), body }),
  review: (n: number, body: Schemas['ReviewRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/review', { path: of(n), body }),
  consult: (n: number, body: Schemas['ConsultRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/consultation', { path: of(n), body }),
  conclude: (n: number, body: Schemas['ConcludeRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/consultation-end', { path: of(n), body }),
  endorse: (n: number, body: Schemas['ReviewRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/endorsement', { path: of(n), body }),
  decide: (n: number, body: Body<'/api/v1/proposals/{proposal}/decision'>) =>
    call('post', '/api/v1/proposals/{proposal}/decision', { path: of(n), body }),
  file: (n: number, body: Schemas['FilingRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/filing', { path: of(n), body }),
  announce: (n: number, body: Schemas['AnnounceRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/announcement', { path: of(n), body }),
  sign: (n: number, body: Schemas['SignsRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/signs', { path: of(n), body }),
  publish: (n: number, body: Schemas['PublishRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/publication', { path: of(n), body }),
  return: (n: number, body: Schemas['ProposalReasonRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/return', { path: of(n), body }),
  refuse: (n: number, body: Schemas['ProposalReasonRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/refusal', { path: of(n), body }),
  withdraw: (n: number, body: Schemas['ProposalReasonRequest']) =>
    call('post', '/api/v1/proposals/{proposal}/withdrawal', { path: of(n), body }),
}
export type Act = keyof typeof STEPS

export const naming = {
  words: () => call('get', '/api/v1/proposals/words', {}),
  proposals: (signal?: AbortSignal) =>
    whole((before) => call('get', '/api/v1/proposals', { query: { before, limit: 500 }, signal })),
  proposal: (n: number, signal?: AbortSignal) =>
    call('get', '/api/v1/proposals/{proposal}', { path: of(n), signal }),
  propose: (body: Body<'/api/v1/proposals'>) => call('post', '/api/v1/proposals', { body }),
  proposeTable: (
    body: Blob,
    query: { file_name: string; applicant?: string; admit_good?: boolean; dry_run?: boolean },
  ) => call('post', '/api/v1/proposals/table', { body, query }),
  addPapers: (n: number, papers: Body<'/api/v1/proposals/{proposal}/papers'>['papers']) =>
    call('post', '/api/v1/proposals/{proposal}/papers', { path: of(n), body: { papers } }),
  paper: (paper: string, number: number[], format: 'docx' | 'pdf') =>
    file('get', '/api/v1/proposals/papers/{paper}', { path: { paper }, query: { number, format } }),
}

export const attachments = {
  add: (subject: string, kind: string, content: File, title = '') =>
    call('post', '/api/v1/attachments', {
      body: content,
      query: { subject, kind, title, file_name: content.name },
    }),
  file: (attachment_id: number) =>
    file('get', '/api/v1/attachments/{attachment_id}/file', { path: { attachment_id } }),
}

export const contributions = {
  list: (signal?: AbortSignal) =>
    whole((before) => call('get', '/api/v1/contributions', { query: { before, limit: 500 }, signal })),
  show: (number: number, signal?: AbortSignal) =>
    call('get', '/api/v1/contributions/{number}', { path: { number }, signal }),
  send: (body: Schemas['ContributionRequest']) => call('post', '/api/v1/contributions', { body }),
  addPhoto: (number: number, photo: File) =>
    call('post', '/api/v1/contributions/{number}/photos', {
      path: { number },
      query: { file_name: photo.name },
      body: photo,
    }),
  photoAddress: (number: number, photo: number) => `/api/v1/contributions/${number}/photos/${photo}`,
  accept: (number: number, body: Schemas['AcceptRequest']) =>
    call('post', '/api/v1/contributions/{number}/acceptance', { path: { number }, body }),
  merge: (number: number, body: Schemas['MergeRequest']) =>
    call('post', '/api/v1/contributions/{number}/merger', { path: { number }, body }),
  reject: (number: number, body: Schemas['ReplyRequest']) =>
    call('post', '/api/v1/contributions/{number}/rejection', { path: { number }, body }),
}
