import { describe, expect, it } from 'vitest'

import { splitNames, written } from '@/state/nameCheck'

describe('candidates as they are written', () => {
  it('parts what is pasted by lines and Chinese marks', () => {
    expect(splitNames('文化路、和平巷，金山路；海滨路\n 东山路\t文化路')).toEqual([
      '文化路',
      '和平巷',
      '金山路',
      '海滨路',
      '东山路',
    ])
  })

  it('leaves a single name as it is', () => {
    expect(splitNames(' 文化路 ')).toEqual(['文化路'])
    expect(splitNames('')).toEqual([])
  })

  it('does not ask for blank fields or the same name twice', () => {
    expect(written(['文化路', ' ', '文化路 ', '和平巷'])).toEqual(['文化路', '和平巷'])
  })
})
