import { expect, it } from 'vitest'

import { geometryOf, middleOf, readDrawn, written, type Drawn } from '@/map/drawn'

const LINE: Drawn = { kind: 'line', points: [[122.1, 37.4], [122.12, 37.41], [122.15, 37.42]] }

it('what was drawn comes back from the address as it went in', () => {
  expect(written(LINE)).toBe('line~122.1,37.4~122.12,37.41~122.15,37.42')
  expect(readDrawn(written(LINE))).toEqual(LINE)
  expect(geometryOf(LINE)).toEqual({ type: 'LineString', coordinates: LINE.points })
  expect(middleOf(LINE)).toEqual([122.12, 37.41])
})

it('an area is closed, and its middle lies among its corners', () => {
  const area: Drawn = { kind: 'area', points: [[122, 37], [122.2, 37], [122.1, 37.3]] }
  expect(geometryOf(area)).toEqual({ type: 'Polygon', coordinates: [[[122, 37], [122.2, 37], [122.1, 37.3], [122, 37]]] })
  expect(middleOf(area)).toEqual([122.1, 37.1])
})

it.each(['', 'line', 'line~122.1,37.4', 'area~1,1~2,2', 'dot~1,1~2,2', 'line~a,b~1,2', 'line~1,2,3~1,2', `line~${'1,1~'.repeat(400)}1,1`])(
  'an address that draws nothing: %s',
  (text) => expect(readDrawn(text)).toBeNull(),
)
