import { describe, expect, it } from 'vitest'

import { arranged, cell, choices, type Column, type Filter, type ListState, widths } from '@/list/columns'
import { csv, letters, xlsx } from '@/list/tableFile'

interface Row {
  name: string
  town: string
  area: number | null
}
const ROWS: Row[] = [
  { name: '文化路', town: '羊亭镇', area: 10 },
  { name: '安居街', town: '张村镇', area: null },
  { name: '和平巷', town: '羊亭镇', area: 9 },
]
const COLUMNS: Column<Row>[] = [
  { key: 'name', title: '名称', value: (r) => r.name },
  { key: 'area', title: '面积', value: (r) => r.area, words: (r) => `${r.area ?? '—'} 亩` },
]
const TOWN: Filter<Row> = { key: 'town', title: '镇', of: (r) => r.town }
const at = (change: Partial<ListState>): ListState => ({ q: '', sort: '', filters: {}, ...change })
const names = (state: ListState) => arranged(ROWS, COLUMNS, [TOWN], state).map((r) => r.name)

describe('a list', () => {
  it('keeps its order while nobody sorts it', () => {
    expect(names(at({}))).toEqual(['文化路', '安居街', '和平巷'])
  })

  it('sorts words as Chinese does and numbers by size, blanks last both ways', () => {
    expect(names(at({ sort: 'name' }))).toEqual(['安居街', '和平巷', '文化路'])
    expect(names(at({ sort: 'area' }))).toEqual(['和平巷', '文化路', '安居街'])
    expect(names(at({ sort: '-area' }))).toEqual(['文化路', '和平巷', '安居街'])
  })

  it('finds every word of the query, also as it is worded', () => {
    expect(names(at({ q: '10 亩' }))).toEqual(['文化路'])
    expect(names(at({ q: '没有的' }))).toEqual([])
  })

  it('takes several values of a filter as alternatives', () => {
    expect(names(at({ filters: { town: ['羊亭镇'] } }))).toEqual(['文化路', '和平巷'])
    expect(names(at({ filters: { town: ['羊亭镇', '张村镇'] } }))).toHaveLength(3)
  })

  it('counts the choices of a filter by the other filters, not by itself', () => {
    const state = at({ q: '路', filters: { town: ['张村镇'] } })
    expect(choices(ROWS, COLUMNS, [TOWN], TOWN, state)).toEqual([
      { value: '羊亭镇', label: '羊亭镇', count: 1 },
      { value: '张村镇', label: '张村镇', count: 0 },
    ])
  })
})

describe('a list as a file', () => {
  it('is CSV that Excel opens as Chinese and that runs no formula', () => {
    const text = csv([{ name: '=HYPERLINK("x")', town: '', area: -3 }], COLUMNS)
    expect(text.startsWith('\ufeff名称,面积\r\n')).toBe(true)
    expect(text).toContain('"\'=HYPERLINK(""x"")",-3')
  })

  it('is a workbook whose parts are stored one after the other', () => {
    const bytes = xlsx('问题', ROWS, COLUMNS)
    const text = new TextDecoder().decode(bytes)
    expect(text.slice(0, 2)).toBe('PK')
    expect(text).toContain('<t xml:space="preserve">文化路</t>')
    expect(text).toContain('<v>10</v>')
  })

  it('escapes what XML does not allow', () => {
    const text = new TextDecoder().decode(xlsx('a', [{ name: '<&\u0001>', town: '', area: null }], COLUMNS))
    expect(text).toContain('&lt;&amp;&gt;')
  })

  it.each([
    [1, 'A'],
    [26, 'Z'],
    [27, 'AA'],
    [703, 'AAA'],
  ])('calls column %i %s', (column, name) => expect(letters(column)).toBe(name))
})

describe('the width of a column', () => {
  const date: Column<Row> = { key: 'on', title: '日期', width: 100, value: (r) => r.name }
  const place: Column<Row> = { key: 'place', title: '所在', least: 150, value: (r) => r.town }
  const said: Column<Row> = { key: 'said', title: '说明', prose: true, value: (r) => r.name }

  it('is what is left where there is little', () => {
    expect(widths([date, place], 300)).toEqual([100, 200])
  })
  it('is never less than its words need: the list scrolls', () => {
    expect(widths([date, place], 200)).toEqual([100, 150])
  })
  it('grows for all alike on a wide screen', () => {
    const [a, b] = widths([date, place], 920) as [number, number]
    expect([a, b]).toEqual([200, 720])
  })
  it('grows for sentences alone where there are some', () => {
    expect(widths([date, place, said], 1200)).toEqual([100, 360, 740])
  })
  it('is filled with a dash where nothing is known', () => {
    expect(cell({ ...place, value: () => '' }, ROWS[0]!)).toBe('—')
    expect(cell({ ...place, value: () => 0 }, ROWS[0]!)).toBe('0')
  })
})
