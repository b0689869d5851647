import { describe, expect, it } from 'vitest'

import { area, citation, day, degrees, moment, pairName, shown, validity } from '@/words'

describe('numbers and days', () => {
  it('writes areas in square metres with mu beside them', () => {
    expect(area(5999.1)).toBe('5,999.1 m²（9.0 亩）')
    expect(area(240.4)).toBe('240 m²（0.4 亩）')
    expect(area(42)).toBe('42 m²')
  })

  it('counts days in China, not where the browser is', () => {
    expect(day('2024-11-04T17:30:00Z')).toBe('2024-11-05')
    expect(moment('2024-11-05T01:05:00Z')).toBe('2024-11-05 09:05')
    expect(day('2024-11-05')).toBe('2024-11-05')
    expect(day(null)).toBe('—')
  })

  it('says from when to when', () => {
    expect(validity('2019-03-01', null)).toBe('2019-03-01 起')
    expect(validity('2019-03-01', '2024-05-06')).toBe('2019-03-01 至 2024-05-06')
    expect(validity(null, null)).toBe('')
  })

  it('shows values of any kind', () => {
    expect(shown(null)).toBe('—')
    expect(shown(1234.5, '米')).toBe('1,234.5 米')
    expect(shown(['371002', '371071'])).toBe('371002、371071')
    expect(shown(true)).toBe('是')
  })

  it('names the hemisphere of coordinates', () => {
    expect(degrees(122.0831, 37.4212)).toBe('E 122.08310°  N 37.42120°')
  })
})

describe('names', () => {
  it('cites a law once in its brackets', () => {
    expect(citation({ law: '地名管理条例', article: '第九条' })).toBe('《地名管理条例》第九条')
    expect(citation({ law: '', article: '本区规定' })).toBe('本区规定')
  })

  it('tells places of one name apart by where they lie', () => {
    const subjects = [
      { subject: 'place:1', name: '文化路', located_in: '甲村', point: null },
      { subject: 'place:2', name: '文化路', located_in: '乙村', point: null },
    ]
    expect(pairName(subjects, ['place:1', 'place:2'])).toBe('文化路（甲村） ↔ 文化路（乙村）')
    expect(pairName(subjects, ['place:1', 'place:1'])).toBe('文化路')
  })
})
