import { expect, it } from 'vitest'

import { columnsOf } from '@/list/board'

it('a board keeps the order of the states', () => {
  const states = ['flagged', 'triaged', 'closed'].map((key) => ({ key, title: `(${key})` }))
  const rows = ['closed', 'flagged', 'closed'].map((state, id) => ({ id, state }))
  const told = columnsOf(rows, states).map((c) => [c.key, c.title, c.rows.map((row) => row.id)])
  expect(told).toEqual([
    ['flagged', '(flagged)', [1]],
    ['triaged', '(triaged)', []],
    ['closed', '(closed)', [0, 2]],
  ])
})
