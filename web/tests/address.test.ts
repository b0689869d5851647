import { describe, expect, it } from 'vitest'

import { parsePosition, readAddress, writeAddress } from '@/state/mapAddress'

describe('the address of the map', () => {
  it('holds nothing when everything stands at its default', () => {
    expect(writeAddress(readAddress({}))).toEqual({})
  })

  it('comes back as it was written', () => {
    const query = {
      finding: '12',
      hide: 'roads.named,zones.forest',
      faint: 'roads:60,zones:40',
      on: '2019-06-30',
      at: '14.20/37.42120/122.08310',
    }
    expect(writeAddress(readAddress(query))).toEqual(query)
  })

  it('leaves alone what is not of the map', () => {
    const query = { sort: '-area', q: '文化', finding: '12' }
    expect(writeAddress({ ...readAddress(query), finding: null }, query)).toEqual({
      sort: '-area',
      q: '文化',
    })
  })

  it('leaves out what it cannot understand', () => {
    const address = readAddress({ finding: '-3', on: '2019-02-31x', faint: 'zones:140', at: '14/95/300' })
    expect(writeAddress(address)).toEqual({})
  })

  it.each(['', '14', '14//122', 'a/b/c', '14/37/122/1', '99/37/122', '14/NaN/122'])(
    'refuses the position %j',
    (text) => expect(parsePosition(text)).toBeNull(),
  )
})
