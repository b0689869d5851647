import { describe, expect, it } from 'vitest'

import { problemFrom } from '@/api/client'
import { query } from '@/api/service'
import { findingBounds, findingFeatures } from '@/map/selection'
import { best } from '@/map/picking'
import type { Finding } from '@/api/types'

describe('failures', () => {
  it('speak with the words of the service', () => {
    const problem = problemFrom(409, { detail: '这条记录刚被他人修改。', code: 'conflict' })
    expect(problem.message).toBe('这条记录刚被他人修改。')
    expect(problem.unreachable).toBe(false)
  })

  it('say that the data did not change when it crashed', () => {
    expect(problemFrom(500, null).message).toContain('数据没有变化')
    expect(problemFrom(503, null).unreachable).toBe(true)
  })
})

describe('a finding on the map', () => {
  const subject = (id: number, point: [number, number]) => ({
    subject: `place:${id}`,
    name: '文化路',
    located_in: '',
    point,
  })
  const finding = {
    subjects: [subject(1, [122, 37]), subject(2, [122.2, 37.1])],
    pairs: [['place:1', 'place:2']],
    point: [122.1, 37.05],
    bbox: null,
  } as unknown as Finding

  it('shows its subjects and joins each pair', () => {
    const kinds = findingFeatures(finding).features.map((f) => f.geometry.type)
    expect(kinds).toEqual(['Point', 'Point', 'LineString'])
  })

  it('is shown whole', () => {
    expect(findingBounds(finding)).toEqual([122, 37, 122.2, 37.1])
  })
})

it('picks a mark before the line and the area below it', () => {
  const found = [{ source: 'divisions' }, { source: 'roads' }, { source: 'findings' }]
  expect(best(found)?.source).toBe('findings')
  expect(best([])).toBeNull()
})

it('leaves empty parameters out of a query', () => {
  expect(query({ q: '文', town: '', after: null, limit: 5 })).toBe('?q=%E6%96%87&limit=5')
})
