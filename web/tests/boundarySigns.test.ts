import { describe, expect, it } from 'vitest'

import { bandShows } from '@/map/boundarySigns'

describe('the band of errors round a boundary', () => {
  it('shows only where it is wider than the line that lies on it', () => {
    // 0.05 m of an RTK at a scale where the whole cemetery is seen: a tenth of a pixel.
    expect(bandShows(0.05, 17, 37.4)).toBe(false)
    // 3 m of a phone on the same map.
    expect(bandShows(3, 17, 37.4)).toBe(true)
    // Near enough, the RTK shows too.
    expect(bandShows(0.05, 22, 37.4)).toBe(true)
  })
})
