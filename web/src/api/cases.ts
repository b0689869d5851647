/** Cases (案件), their papers and departments, and inspection rounds, one function an act. */
import type { components } from './schema'
import { call, file } from './service'

type Schemas = components['schemas']
export type CaseRow = Schemas['CaseRow']
export type Case = Schemas['CaseFull']
export type CaseStep = Schemas['CaseStep']
export type CaseTask = Schemas['CaseTask']
export type CaseWords = Schemas['CaseWords']
export type CaseForm = Schemas['CaseForm']
export type CaseField = Schemas['CaseField']
export type PossibleStep = Schemas['PossibleStep']
export type CasesDue = Schemas['CasesDue']
export type Round = Schemas['RoundFull']
export type RoundRow = Schemas['RoundRow']
export type RoundStop = Schemas['RoundStop']

/** What a case says of a file that hangs on it. */
export type CaseFile = Schemas['AttachmentLine']

/** A step with what was filled in; which form it is, the service tells by `act`. */
export type StepBody = { act: string; version: number; reason: string } & Record<string, unknown>

const of = (case_id: number) => ({ case_id })

/** Every page of the list, what is due first. */
async function whole(query: { person?: number; cemetery?: number; finding?: string }): Promise<CaseRow[]> {
  const found: CaseRow[] = []
  let after: string | undefined
  do {
    const page = await call('get', '/api/v1/cases', { query: { ...query, limit: 500, after } })
    found.push(...page.items)
    after = page.next ?? undefined
  } while (after !== undefined)
  return found
}

export const cases = {
  list: whole,
  words: () => call('get', '/api/v1/cases/words', {}),
  due: () => call('get', '/api/v1/cases/due', {}),
  show: (n: number) => call('get', '/api/v1/cases/{case_id}', { path: of(n) }),
  open: (body: Schemas['OpenForm']) => call('post', '/api/v1/cases', { body }),
  step: (n: number, body: StepBody) =>
    call('post', '/api/v1/cases/{case_id}/steps', { path: of(n), body: body as never }),
  decide: (n: number, body: StepBody) =>
    call('post', '/api/v1/cases/{case_id}/decisions', { path: of(n), body: body as never }),
  join: (n: number, body: Schemas['PartyForm']) =>
    call('post', '/api/v1/cases/{case_id}/parties', { path: of(n), body }),
  giveTask: (n: number, body: Schemas['TaskForm']) =>
    call('post', '/api/v1/cases/{case_id}/tasks', { path: of(n), body }),
  reply: (task_id: number, body: Schemas['ReplyForm']) =>
    call('post', '/api/v1/case-tasks/{task_id}/reply', { path: { task_id }, body }),
  withdrawTask: (task_id: number) =>
    call('delete', '/api/v1/case-tasks/{task_id}', { path: { task_id } }),
  draftNotice: (n: number, kind: string) =>
    call('post', '/api/v1/cases/{case_id}/notices/draft', { path: of(n), body: { kind, fields: {} } }),
  issueNotice: (n: number, kind: string, fields: Record<string, string>) =>
    call('post', '/api/v1/cases/{case_id}/notices', { path: of(n), body: { kind, fields } }),
  notice: (notice_id: number, format: 'docx' | 'pdf') =>
    file('get', '/api/v1/case-notices/{notice_id}', { path: { notice_id }, query: { format } }),
  attach: (n: number, content: File) =>
    call('post', '/api/v1/attachments', {
      body: content,
      query: {
        subject: `case:${n}`,
        kind: content.type.startsWith('image/') ? 'photo' : 'paper',
        file_name: content.name,
      },
    }),
  attachment: (attachment_id: number) =>
    file('get', '/api/v1/attachments/{attachment_id}/file', { path: { attachment_id } }),
}

export const rounds = {
  list: () => call('get', '/api/v1/inspection-rounds', {}),
  show: (round_id: number) => call('get', '/api/v1/inspection-rounds/{round_id}', { path: { round_id } }),
  plan: (body: Schemas['RoundForm']) => call('post', '/api/v1/inspection-rounds', { body }),
  end: (round_id: number) =>
    call('post', '/api/v1/inspection-rounds/{round_id}/end', { path: { round_id } }),
  send: (stop_id: number, inspector: number) =>
    call('post', '/api/v1/inspection-stops/{stop_id}/inspector', { path: { stop_id }, body: { inspector } }),
  record: (stop_id: number, body: Schemas['StopForm']) =>
    call('post', '/api/v1/inspection-stops/{stop_id}/outcome', { path: { stop_id }, body }),
}
