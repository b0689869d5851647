/** Eco-burials, subsidies, fee lists and charges, one function an act. */
import type { components } from './schema'
import { call } from './service'

type Schemas = components['schemas']
export type EcoBurial = Schemas['EcoBurialRow']
export type Subsidy = Schemas['SubsidyRow']
export type SubsidyFull = Schemas['OneSubsidy']
export type SubsidyAct = Schemas['NextAct']
export type YearSums = Schemas['YearSums']
export type FeeList = Schemas['FeeList']
export type Charge = Schemas['Charge']
type Act = 'check' | 'approve' | 'pay' | 'refuse' | 'withdraw' | 'recover'

/** Every page of a list that is asked for by `after`. */
async function whole<T>(
  page: (after: number) => Promise<{ items: T[]; next: number | null }>,
): Promise<T[]> {
  const found: T[] = []
  let after: number | null = 0
  while (after !== null) {
    const answer: { items: T[]; next: number | null } = await page(after)
    found.push(...answer.items)
    after = answer.next
  }
  return found
}
const LIMIT = 1000

export const money = {
  burials: (unmask: boolean) =>
    whole((after) => call('get', '/api/v1/eco-burials', { query: { after, limit: LIMIT, voided: true, unmask } })),
  register: (body: Schemas['EcoBurialRequest']) => call('post', '/api/v1/eco-burials', { body }),
  void: (eco_burial_id: number, reason: string) =>
    call('post', '/api/v1/eco-burials/{eco_burial_id}/void', { path: { eco_burial_id }, body: { reason } }),
  subsidies: (unmask: boolean) =>
    whole((after) => call('get', '/api/v1/subsidies', { query: { after, limit: LIMIT, unmask } })),
  subsidy: (application_id: number, unmask: boolean) =>
    call('get', '/api/v1/subsidies/{application_id}', { path: { application_id }, query: { unmask } }),
  apply: (body: Schemas['SubsidyRequest']) => call('post', '/api/v1/subsidies', { body }),
  step: (application_id: number, act: string, body: Schemas['SubsidyStepRequest']) =>
    call('post', `/api/v1/subsidies/{application_id}/${act as Act}`, { path: { application_id }, body }),
  totals: (sample: boolean) => call('get', '/api/v1/subsidies/totals', { query: { sample } }),
  feeLists: () => call('get', '/api/v1/fee-lists', {}),
  addFeeList: (body: Schemas['ListRequest']) => call('post', '/api/v1/fee-lists', { body }),
  postFeeList: (list_id: number, on: string) =>
    call('post', '/api/v1/fee-lists/{list_id}/post', { path: { list_id }, body: { on } }),
  endFeeList: (list_id: number, on: string) =>
    call('post', '/api/v1/fee-lists/{list_id}/end', { path: { list_id }, body: { on } }),
  charges: () =>
    whole((after) => call('get', '/api/v1/charges', { query: { after, limit: LIMIT, cancelled: true } })),
  charge: (body: Schemas['ChargeRequest']) => call('post', '/api/v1/charges', { body }),
  cancelCharge: (charge_id: number, reason: string) =>
    call('post', '/api/v1/charges/{charge_id}/cancel', { path: { charge_id }, body: { reason } }),
  marks: (cemetery_id: number) => call('get', '/api/v1/cemeteries/{cemetery_id}/marks', { path: { cemetery_id } }),
  mark: (cemetery_id: number, body: Schemas['MarkRequest']) =>
    call('post', '/api/v1/cemeteries/{cemetery_id}/marks', { path: { cemetery_id }, body }),
  unmark: (cemetery_id: number, until: string | null) =>
    call('post', '/api/v1/cemeteries/{cemetery_id}/marks/end', { path: { cemetery_id }, body: { until } }),
}

/** 2000 → 2,000 元; fen only where there are any. */
export function yuan(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '—'
  return `${new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 }).format(Number(value))} 元`
}
