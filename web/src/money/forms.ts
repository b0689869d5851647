/** The form of a step of an application, as the service describes it; no rule of its own. */
import type { SubsidyAct } from '@/api/money'

export interface StepTyped {
  [field: string]: string
  on: string
  amount_yuan: string
  voucher: string
  reason: string
}

export const TITLES: Record<SubsidyAct['asks'][number], string> = {
  amount_yuan: '金额（元，不填按标准）',
  voucher: '付款凭证号（支付单、转账回单）',
  reason: '理由',
}

/** Required fields that are empty; an amount that is no number. */
export function missing(act: SubsidyAct, typed: StepTyped): Partial<Record<string, string>> {
  const faults: Partial<Record<string, string>> = {}
  for (const need of act.needs) {
    if (!typed[need]?.trim()) faults[need] = `请填写${TITLES[need].split('（')[0]}。`
  }
  if (typed.amount_yuan && !/^\d+(\.\d{1,2})?$/.test(typed.amount_yuan.trim())) {
    faults.amount_yuan = '金额请写数字，最多两位小数，如 1500。'
  }
  return faults
}

export function body(typed: StepTyped) {
  return {
    reason: typed.reason.trim(),
    voucher: typed.voucher.trim(),
    on: typed.on || null,
    amount_yuan: typed.amount_yuan.trim() || null,
  }
}
