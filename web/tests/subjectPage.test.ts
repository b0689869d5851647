import { expect, test } from 'vitest'

import { placeOf } from '@/state/subjectPage'

test('a thing leads to its own page, or to the map', () => {
  expect(placeOf('cemetery:3')).toEqual({ path: '/cemeteries/3' })
  expect(placeOf('place:12')).toEqual({ path: '/map', query: { subject: 'place:12' } })
  expect(placeOf('division:nbs:371002101201')).toEqual({
    path: '/map',
    query: { subject: 'division:nbs:371002101201' },
  })
})

test('what nothing shows leads nowhere', () => {
  expect(placeOf('eco_burial:3')).toBeNull()
  expect(placeOf('')).toBeNull()
})
