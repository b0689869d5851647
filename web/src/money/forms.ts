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
  return { ...faults, ...amountFault(typed.amount_yuan) }
}

export function body(typed: StepTyped) {
  return {
    reason: typed.reason.trim(),
    voucher: typed.voucher.trim(),
    on: typed.on || null,
    amount_yuan: typed.amount_yuan.trim() || null,
  }
}

const AMOUNT = /^\d+(\.\d{1,2})?$/

/** An amount that is no number, said at its field. */
export function amountFault(typed: string): { amount_yuan?: string } {
  const wrong = typed.trim() !== '' && !AMOUNT.test(typed.trim())
  return wrong ? { amount_yuan: '金额请写数字，最多两位小数，如 1500。' } : {}
}

/** One line of a list of fees as it is typed. */
export interface Line {
  code: string
  title: string
  price_type: string
  ceiling_yuan: string
  unit: string
  per_year: boolean
  maintenance: boolean
}
export const EMPTY_LINE: Line = {
  code: '', title: '', price_type: '', ceiling_yuan: '', unit: '', per_year: false, maintenance: false,
}

/** The first line that is not filled in, by its number; what a price must be the service says. */
export function lineFault(lines: readonly Line[]): string {
  for (const [i, line] of lines.entries()) {
    if (!line.code.trim() || !line.title.trim() || !line.price_type) return `第 ${i + 1} 项：请填写代码、名称和定价方式。`
    if (amountFault(line.ceiling_yuan).amount_yuan) return `第 ${i + 1} 项：最高价请写数字，最多两位小数。`
  }
  return ''
}

export const linesBody = (lines: readonly Line[]) =>
  lines.map((line) => ({
    ...line,
    code: line.code.trim(),
    title: line.title.trim(),
    unit: line.unit.trim(),
    ceiling_yuan: line.ceiling_yuan.trim() || null,
  }))
