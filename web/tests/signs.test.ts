import { describe, expect, it } from 'vitest'

import { SignCount, signOf, SIGNS } from '@/map/signs'
import { clickable, layersOf, styleLayers, tileUrl } from '@/map/style'

function counted(...parts: Parameters<SignCount['add']>[0][]): Map<string, number> {
  const count = new SignCount()
  for (const part of parts) count.add(part)
  return count.counts
}

const SOURCES = ['divisions', 'roads', 'places', 'cemeteries', 'zones', 'findings']

describe('the signs of the map', () => {
  it('are all drawn', () => {
    const ids = styleLayers(new Set(SOURCES)).map((layer) => layer.id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const sign of SIGNS) expect(layersOf(sign.id, ids), sign.id).not.toEqual([])
    expect(clickable(ids)).not.toContain('ground')
  })

  it('are left out where the service has no such layer', () => {
    const layers = styleLayers(new Set(['roads']))
    const sources = layers.flatMap((layer) => ('source' in layer ? [layer.source] : []))
    expect(new Set(sources)).toEqual(new Set(['roads', 'selection']))
  })

  it('lie above the names, which make room for them', () => {
    const layers = styleLayers(new Set(SOURCES))
    const marks = layers.flatMap((layer, at) => ('source' in layer && layer.source === 'findings' ? [at] : []))
    const names = layers.flatMap((layer, at) => (/^places|\/(name|method|label)$/.test(layer.id) ? [at] : []))
    const last = layers.findIndex((layer) => layer.id === 'selection/name')
    expect(Math.max(...names.filter((at) => at !== last))).toBeLessThan(Math.min(...marks))
    for (const at of marks) expect(JSON.stringify(layers[at])).not.toContain('ignore-placement')
  })

  it('ask no outside host for letters', () => {
    expect(JSON.stringify(styleLayers(new Set(SOURCES)))).not.toMatch(/https?:/)
  })

  it('sort features as the filters of the style do', () => {
    expect(signOf('roads', { state: 'named', in_question: true })).toBe('roads.in_question')
    expect(signOf('roads', { state: 'unnamed', in_question: false })).toBe('roads.unnamed')
    expect(signOf('cemeteries', { kind: 'beyond', verdict: 'confirmed' })).toBe('cemeteries.confirmed')
    expect(signOf('cemeteries', { kind: 'beyond', verdict: 'larger' })).toBe('cemeteries.suspected')
    expect(signOf('zones', { kind: 'never heard of' })).toBe('zones.other')
    expect(signOf('findings', { severity: 'block' })).toBe('findings.error')
  })

  it('count a road once, however many pieces are on the screen', () => {
    const piece = (id: number, road_id: number) => ({
      source: 'roads',
      id,
      properties: { road_id, state: 'named', in_question: false },
    })
    expect(counted([piece(1, 7), piece(2, 7)], [piece(2, 7), piece(3, 8)]).get('roads.named')).toBe(2)
  })

  it('count findings by their number in the tile', () => {
    const mark = (id: number) => ({ source: 'findings', id, properties: { severity: 'warn' } })
    expect(counted([mark(1), mark(2)], [mark(2)]).get('findings.warn')).toBe(2)
  })

  it('count the findings that a mark of many stands for', () => {
    const many = { source: 'findings', id: undefined, properties: { severity: 'warn', many: 3, ids: '1,2,30' } }
    const one = { source: 'findings', id: 2, properties: { severity: 'warn' } }
    expect(counted([many, one]).get('findings.warn')).toBe(3)
  })
})

describe('the address of a tile', () => {
  it('changes with the revision of its layer', () => {
    const layer = {
      id: 'roads',
      title: '道路',
      source_layer: 'roads',
      geometry_type: 'LineString',
      minzoom: 10,
      maxzoom: 16,
      tiles: '/tiles/roads/{z}/{x}/{y}',
      revision: 4,
    }
    expect(tileUrl(layer, 'http://127.0.0.1')).toBe('http://127.0.0.1/tiles/roads/{z}/{x}/{y}?v=4')
  })
})
