import { describe, expect, it } from 'vitest'

import type { CaseForm, PossibleStep } from '@/api/cases'
import { clockWords, tone } from '@/cases/clock'
import { asked, blank, body, current, hindered, missing, written } from '@/cases/forms'
import * as subsidy from '@/money/forms'

const field = (name: string, kind: string, required = false, closures: string[] = []) =>
  ({ name, title: `${name}（说明）`, kind, required, hint: '', closures }) as CaseForm['fields'][number]

const FORM: CaseForm = {
  act: 'propose_closure',
  title: '提出销号',
  reason: '理由或情况',
  fields: [
    field('closure', 'closure', true),
    field('survey_id', 'survey', false, ['removed']),
    field('basis', 'words', true, ['unenforceable']),
    field('surveys', 'surveys'),
  ],
}

describe('the form of a step', () => {
  it('asks only for what goes with the chosen reason of a closure', () => {
    const typed = blank(FORM)
    expect(asked(FORM, typed).map((f) => f.name)).toEqual(['closure', 'surveys'])
    typed.closure = 'unenforceable'
    expect(asked(FORM, typed).map((f) => f.name)).toEqual(['closure', 'basis', 'surveys'])
  })

  it('says at the field what is missing, and nothing once it is there', () => {
    const typed = { ...blank(FORM), closure: 'unenforceable' }
    expect(missing(FORM, typed)).toEqual({ basis: '请填写basis。', reason: '请填写理由或情况。' })
    expect(missing(FORM, { ...typed, basis: '管线', reason: '提请' })).toEqual({})
  })

  it('sends the version, what is filled in, and nothing of a reason that was chosen before', () => {
    const typed = { ...blank(FORM), closure: 'unenforceable', survey_id: 7, basis: '管线', reason: ' 提请 ' }
    expect(body(FORM, typed, 5)).toEqual({
      act: 'propose_closure',
      version: 5,
      reason: '提请',
      closure: 'unenforceable',
      basis: '管线',
    })
  })

  it('stands beside what is there now', () => {
    const typed = { ...blank(FORM), closure: 'removed', reason: '提请' }
    expect(written(FORM, typed, () => '整改到位').map((l) => l.text)).toEqual(['提出销号', '整改到位', '提请'])
    const now = { state_title: '销号', due_on: null, last_step: { act_title: '同意销号', by: '王', on: '2026-11-26', reason: '同意' } }
    expect(current(now).map((l) => l.text)).toEqual(['销号', '同意销号', '王，2026-11-26', '同意', '没有'])
  })

  it('gathers what others do by who does it', () => {
    const step = (title: string, hinder: string) => ({ act: title, title, door: 'steps', hinder }) as PossibleStep
    const found = hindered([step('受理', ''), step('延期', '由审批人员办理。'), step('督办', '由审批人员办理。')])
    expect(found).toEqual([{ why: '由审批人员办理。', titles: ['延期', '督办'] }])
  })
})

describe('the clock of a case', () => {
  const running = { live: true, late: false, near: false, days_late: 0, days_left: 9, due_on: '2026-12-05', paused_since: null }
  it.each([
    [running, 'running', '还有 9 天'],
    [{ ...running, near: true, days_left: 0 }, 'near', '今天到期'],
    [{ ...running, late: true, days_late: 4, days_left: -4 }, 'late', '逾期 4 天'],
    [{ ...running, paused_since: '2026-11-01' }, 'stopped', '停止计时（自 2026-11-01）'],
    [{ ...running, days_left: null, due_on: null }, 'none', '没有期限'],
    [{ ...running, live: false }, 'none', ''],
  ])('%o', (clock, kind, words) => {
    expect(tone(clock)).toBe(kind)
    expect(clockWords(clock)).toBe(words)
  })
})

describe('the form of a step of a subsidy', () => {
  const pay = { act: 'pay', title: '发放', permission: 'subsidies.pay', asks: ['voucher', 'reason'], needs: ['voucher'] } as const
  const typed = { on: '', amount_yuan: '', voucher: '', reason: '' }
  it('needs what the service says, and amounts that are numbers', () => {
    expect(subsidy.missing(pay as never, typed)).toEqual({ voucher: '请填写付款凭证号。' })
    expect(subsidy.missing(pay as never, { ...typed, voucher: '1' })).toEqual({})
    expect(Object.keys(subsidy.missing(pay as never, { ...typed, voucher: '1', amount_yuan: '一千' }))).toEqual(['amount_yuan'])
  })
})
