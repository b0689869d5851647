import { describe, expect, it } from 'vitest'

import type { PossibleAct, Proposal, ProposalLine } from '@/api/naming'
import { board, clockOf } from '@/naming/board'
import { announcedOf, bodyOf, differences, emptyOnes, fieldsOf, FIELDS, initialOf } from '@/naming/forms'

const possible = (act: string, passes: string[] = []): PossibleAct => ({ act, title: act, allowed: true, passes, lacks: [] })
const row = (id: number, state: string, due: string | null = null, over = false) =>
  ({ id, state, since: '2026-11-09', due: due && { due, overdue: over, what: '', text: '' } }) as unknown as ProposalLine

describe('the forms of acts', () => {
  it('ask for a reason where customary steps are passed over', () => {
    const fields = fieldsOf(possible('review', ['征求村民和专家意见']))
    const reason = fields.find((f) => f.key === 'despite')
    expect(reason).toMatchObject({ needed: true, title: '省略征求村民和专家意见的理由' })
    expect(fieldsOf(possible('review')).some((f) => f.key === 'despite')).toBe(false)
  })
  it('have one field a key, and a day unless the paper has one', () => {
    for (const act of Object.keys(FIELDS)) {
      const keys = fieldsOf(possible(act, ['公示'])).map((f) => f.key)
      expect(new Set(keys).size).toBe(keys.length)
      expect(keys.includes('on')).toBe(act !== 'decide')
    }
  })
  it('send what was filled in, with the version, the fields of an announcement apart', () => {
    const fields = fieldsOf(possible('announce'))
    const values = { ...initialOf(fields, { 标准名称: '柳沟路' }), channel: ' 网站 ' }
    expect(announcedOf(values)).toEqual([['fields.标准名称', '标准名称']])
    expect(bodyOf(values, 7)).toEqual({ version: 7, channel: '网站', fields: { 标准名称: '柳沟路' } })
  })
  it('say which needed fields are empty', () => {
    const fields = fieldsOf(possible('decide'))
    expect(Object.keys(emptyOnes(fields, initialOf(fields)))).toEqual(['authority', 'number', 'decided_on'])
  })
  it('show what somebody else changed, and nothing else', () => {
    const shown = { state_title: '已预核', name: '柳沟路', since: '2026-11-09', authority: '' } as unknown as Proposal
    const now = { state_title: '已批复', name: '柳沟路', since: '2026-11-09', authority: '区政府' }
    expect(differences(shown, now)).toEqual([
      { title: '状态', mine: '已预核', now: '已批复' },
      { title: '批准机关', mine: '—', now: '区政府' },
    ])
  })
})

describe('the board', () => {
  const states = [
    { key: 'proposed', title: '已申报', closed: false },
    { key: 'refused', title: '不予批准', closed: true },
    { key: 'returned', title: '退回补正', closed: false },
  ] as never
  it('has a column a state that holds something, closed ones last, the first always', () => {
    const columns = board([row(1, 'refused'), row(2, 'returned')], states)
    expect(columns.map((c) => c.key)).toEqual(['proposed', 'returned', 'refused'])
  })
  it('puts what ends first on top', () => {
    const rows = [row(1, 'proposed'), row(2, 'proposed', '2026-12-01'), row(3, 'proposed', '2026-11-20', true)]
    expect(board(rows, states)[0]!.rows.map((r) => r.id)).toEqual([3, 2, 1])
    expect(rows.map(clockOf)).toEqual(['没有期限', '未到期', '已超期'])
  })
})
