/** The map style: one source a tile layer, and for each sign its style layers. No outside host. */
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl'

import type { Layer } from '@/api/types'

import { FONTS, PALETTE, ZONE_COLOURS } from './palette'
import { SIGNS, sign, type Sign } from './signs'

type Expression = unknown
type Draft = Record<string, unknown> & { id: string; type: string }

const byZoom = (...stops: [number, Expression][]): Expression => [
  'interpolate',
  ['linear'],
  ['zoom'],
  ...stops.flat(),
]

/** Within a prefecture the scale of the map changes by less than one per cent. */
const LATITUDE = 37.4
/** Metres to a pixel at zoom 0; half as many with each zoom. */
const PIXEL = (40_075_016.68 * Math.cos((LATITUDE * Math.PI) / 180)) / 512

/** A width given in metres on the ground, as pixels at each zoom (at the latitude of the district). */
const metres = (width: Expression): Expression => [
  'interpolate',
  ['exponential', 2],
  ['zoom'],
  10,
  ['*', width, 2 ** 10 / PIXEL],
  22,
  ['*', width, 2 ** 22 / PIXEL],
]

/** Whether so many metres on the ground are a pixel at least: what nobody sees is not in the legend. */
const visible = (width: Expression): Expression => ['>=', ['*', width, ['^', 2, ['zoom']]], PIXEL]

const textFont = ['literal', FONTS]
const halo = { 'text-halo-color': PALETTE.labelHalo, 'text-halo-width': 1.4 }

/** The style layers of one sign, bottom first; ids are `<sign>` or `<sign>/<part>`. */
function draw(of: Sign): Draft[] {
  const base = (part: string, type: string, rest: Record<string, unknown>): Draft => ({
    id: part ? `${of.id}/${part}` : of.id,
    type,
    source: of.source,
    'source-layer': of.source,
    ...(of.filter ? { filter: of.filter } : {}),
    ...rest,
  })
  switch (of.source) {
    case 'roads':
      return drawRoad(of, base)
    case 'cemeteries':
      return drawCemetery(of, base)
    case 'zones':
      return drawZone(of, base)
    case 'findings':
      return [
        base('', 'symbol', {
          layout: {
            'icon-image': [
              'concat',
              'finding-',
              ['get', 'severity'],
              ['case', ['==', ['get', 'state'], 'waived'], '-waived', ''],
            ],
            // A mark that stands for many says how many.
            'icon-size': byZoom([9, ['case', ['has', 'many'], 1, 0.62]], [13, 0.85], [16, 1]),
            // Always there; names make room for it.
            'icon-allow-overlap': true,
            'text-field': ['case', ['has', 'many'], ['to-string', ['get', 'many']], ''],
            'text-font': textFont,
            'text-size': 12,
            'text-anchor': 'left',
            'text-offset': [0.85, 0],
            'text-allow-overlap': true,
          },
          paint: { 'text-color': PALETTE.label, ...halo, 'text-halo-width': 1.8 },
        }),
      ]
    case 'places':
      return drawPlace(of, base)
    default:
      return drawDivision(of, base)
  }
}

type Base = (part: string, type: string, rest: Record<string, unknown>) => Draft

function drawRoad(of: Sign, base: Base): Draft[] {
  if (of.swatch.shape !== 'line') return []
  const { colour, dash, halo: light, mark } = of.swatch
  const unnamed = of.id === 'roads.unnamed'
  const path = of.id === 'roads.path'
  const width = unnamed
    ? byZoom([10, 1.4], [13, 2.6], [16, 5.5])
    : path
      ? byZoom([13, 0.5], [16, 1.2])
      : byZoom([10, 0.9], [13, 1.7], [16, 3.6])
  const round = { 'line-cap': dash && !unnamed ? 'round' : 'butt', 'line-join': 'round' }
  const layers: Draft[] = []
  if (light) {
    layers.push(
      base('halo', 'line', {
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: { 'line-color': light, 'line-width': byZoom([10, 4], [13, 7], [16, 11]) },
      }),
    )
  }
  const dashes = path ? [3, 2] : unnamed ? [2.4, 1.2] : dash ? [0.2, 1.9] : undefined
  layers.push(
    base('', 'line', {
      ...(path ? { minzoom: 13 } : {}),
      layout: round,
      paint: {
        'line-color': colour,
        'line-width': width,
        ...(dashes ? { 'line-dasharray': dashes } : {}),
      },
    }),
  )
  if (!unnamed && !path) {
    layers.push(
      base('name', 'symbol', {
        minzoom: 13,
        layout: {
          'symbol-placement': 'line',
          'text-field': ['get', 'name'],
          'text-font': textFont,
          'text-size': byZoom([13, 11], [17, 13]),
          'text-offset': [0, mark ? 0.9 : 0],
          'symbol-spacing': 320,
        },
        paint: { 'text-color': mark ? '#7f2a7c' : '#33496a', ...halo },
      }),
    )
  }
  if (mark) {
    layers.push(
      base('mark', 'symbol', {
        minzoom: 11,
        layout: {
          'symbol-placement': 'line-center',
          'icon-image': 'question',
          'icon-rotation-alignment': 'viewport',
          // A road has many pieces: where they are short, not each has a mark of its own.
          'icon-padding': 28,
          'icon-size': byZoom([11, 0.65], [14, 1]),
        },
      }),
    )
  }
  return layers
}

function drawCemetery(of: Sign, base: Base): Draft[] {
  const kind = of.id.slice('cemeteries.'.length)
  const line = (dash?: number[]) =>
    base('', 'line', {
      paint: {
        'line-color': of.swatch.shape === 'area' ? of.swatch.line : PALETTE.approved,
        'line-width': byZoom([11, 1.2], [16, 2]),
        ...(dash ? { 'line-dasharray': dash } : {}),
      },
    })
  const label = (part: string, field: Expression, colour: string, rest = {}) =>
    base(part, 'symbol', {
      minzoom: 13,
      layout: {
        'text-field': field,
        'text-font': textFont,
        'text-size': 12,
        'text-max-width': 12,
        ...rest,
      },
      paint: { 'text-color': colour, ...halo, 'text-halo-width': 1.6 },
    })
  if (kind === 'band') {
    return [
      base('', 'line', {
        filter: ['all', of.filter, visible(['*', 2, ['get', 'band_m']])],
        layout: { 'line-join': 'round' },
        paint: {
          'line-color': PALETTE.uncertainty,
          'line-opacity': 0.2,
          'line-width': metres(['*', 2, ['get', 'band_m']]),
        },
      }),
    ]
  }
  if (kind === 'approved') {
    return [
      base('fill', 'fill', { paint: { 'fill-color': PALETTE.approved, 'fill-opacity': 0.08 } }),
      line(),
      label('name', ['get', 'name'], '#0f5a40', {
        'text-variable-anchor-offset': ['bottom', [0, -0.6], 'bottom', [0, -1.3], 'left', [1.3, 0], 'right', [-1.3, 0]],
      }),
    ]
  }
  if (kind === 'surveyed') {
    // An almost clear fill lets a click inside the ring find the survey.
    return [
      base('fill', 'fill', { paint: { 'fill-color': PALETTE.surveyed, 'fill-opacity': 0.01 } }),
      line([3, 2]),
      label('method', ['get', 'method_letter'], PALETTE.surveyed, {
        'symbol-placement': 'line',
        'symbol-spacing': 140,
        'text-size': 11,
        'text-rotation-alignment': 'viewport',
      }),
    ]
  }
  const fill =
    kind === 'confirmed'
      ? { 'fill-color': PALETTE.beyond, 'fill-opacity': 0.55 }
      : { 'fill-pattern': 'beyond-hatch', 'fill-opacity': 0.9 }
  return [
    base('fill', 'fill', { paint: fill }),
    line(),
    label('label', ['get', 'label'], '#a3190b', {
      'text-anchor': 'top',
      'text-offset': [0, 1.5], // below the mark of the finding and its ring
      'text-size': 12,
    }),
  ]
}

function drawZone(of: Sign, base: Base): Draft[] {
  const kind = of.id.slice('zones.'.length)
  return [
    base('fill', 'fill', { paint: { 'fill-pattern': `zone-${kind}`, 'fill-opacity': 0.55 } }),
    base('', 'line', {
      paint: { 'line-color': ZONE_COLOURS[kind] ?? '#777', 'line-width': 0.9, 'line-opacity': 0.6 },
    }),
    base('name', 'symbol', {
      minzoom: 13,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': textFont,
        'text-size': 11,
        'text-max-width': 8,
      },
      paint: { 'text-color': ZONE_COLOURS[kind] ?? '#555', ...halo },
    }),
  ]
}

function drawPlace(of: Sign, base: Base): Draft[] {
  const town = of.id === 'places.town'
  return [
    base('', 'symbol', {
      ...(town ? { maxzoom: 15.5 } : { minzoom: 12 }),
      layout: {
        'icon-image': town ? 'seat-town' : 'seat',
        'icon-size': town ? 1 : byZoom([12, 0.6], [14, 1]),
        'icon-allow-overlap': true,
        // Villages are dots before they have names, so that town names stand free.
        'text-field': town ? ['get', 'name'] : ['step', ['zoom'], '', 13, ['get', 'name']],
        'text-font': textFont,
        'text-size': town ? byZoom([8, 11], [12, 15]) : byZoom([13, 10.5], [16, 13]),
        'text-letter-spacing': town ? 0.1 : 0,
        'text-variable-anchor-offset': around(0.7, 1.5, 2.4),
        'text-optional': true,
        'text-padding': town ? 3 : 6,
        'symbol-sort-key': town ? 0 : 1,
      },
      paint: { 'text-color': town ? '#3f4448' : '#6d7277', ...halo },
    }),
  ]
}

/** Where a name may stand beside its place, best first: ever farther where marks and names are. */
function around(...steps: number[]): Expression {
  return steps.flatMap((far) => {
    const slant = far * 0.7
    return [
      ['left', [far, 0]],
      ['right', [-far, 0]],
      ['top', [0, far]],
      ['bottom', [0, -far]],
      ['top-left', [slant, slant]],
      ['bottom-left', [slant, -slant]],
      ['top-right', [-slant, slant]],
      ['bottom-right', [-slant, -slant]],
    ].flat(1)
  })
}

const isPoint = ['==', ['geometry-type'], 'Point']

function drawDivision(of: Sign, base: Base): Draft[] {
  const town = of.id === 'divisions.town'
  const shape = base('', 'line', {
    minzoom: town ? 0 : 11,
    filter: ['all', of.filter, ['!', isPoint]],
    paint: town
      ? { 'line-color': PALETTE.boundaryTown, 'line-width': byZoom([8, 0.7], [14, 1.5]) }
      : {
          'line-color': PALETTE.boundaryVillage,
          'line-width': byZoom([11, 0.6], [15, 1.2]),
          'line-dasharray': [4, 2],
        },
  })
  return [shape]
}

/** Bottom to top: areas, lines, marks; names come last so that nothing is drawn over them. */
const ORDER = [
  'zones.farmland',
  'zones.forest',
  'zones.water',
  'zones.heritage',
  'zones.road',
  'zones.rail',
  'zones.dam',
  'zones.scenic',
  'zones.reserve',
  'zones.other',
  'divisions.village',
  'divisions.town',
  'cemeteries.band',
  'cemeteries.approved',
  'cemeteries.surveyed',
  'cemeteries.suspected',
  'cemeteries.confirmed',
  'roads.path',
  'roads.named',
  'roads.new',
  'roads.proposed',
  'roads.unnamed',
  'roads.in_question',
  'places.other',
  'places.town',
  'findings.task',
  'findings.info',
  'findings.warn',
  'findings.error',
]

const SELECTION: Draft[] = [
  {
    id: 'selection/area',
    type: 'fill',
    source: 'selection',
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': PALETTE.selection, 'fill-opacity': 0.06 },
  },
  {
    id: 'selection/line',
    type: 'line',
    source: 'selection',
    filter: ['all', ['!', isPoint], ['!=', ['get', 'role'], 'pair']],
    // Butt ends: round ones of the pieces of one road would darken each other.
    layout: { 'line-cap': 'butt', 'line-join': 'round' },
    paint: {
      'line-color': PALETTE.selection,
      'line-width': byZoom([10, 5], [16, 11]),
      'line-opacity': 0.32,
    },
  },
  {
    id: 'selection/pair',
    type: 'line',
    source: 'selection',
    filter: ['==', ['get', 'role'], 'pair'],
    paint: {
      'line-color': PALETTE.selection,
      'line-width': 1.2,
      'line-dasharray': [3, 3],
      'line-opacity': 0.8,
    },
  },
  {
    id: 'selection/point',
    type: 'circle',
    source: 'selection',
    filter: isPoint as never,
    paint: {
      'circle-radius': 13,
      'circle-color': PALETTE.selection,
      'circle-opacity': 0.12,
      'circle-stroke-color': PALETTE.selection,
      'circle-stroke-width': 2,
      // A subject whose own line is drawn needs its ring only from afar.
      'circle-stroke-opacity': ['step', ['zoom'], 1, 14, ['case', ['has', 'shaped'], 0, 1]],
    },
  },
  {
    id: 'selection/name',
    type: 'symbol',
    source: 'selection',
    filter: ['all', isPoint, ['has', 'name']],
    layout: {
      // Near by, a road carries its name itself.
      'text-field': ['step', ['zoom'], ['get', 'name'], 14, ['case', ['has', 'shaped'], '', ['get', 'name']]],
      'text-font': textFont,
      'text-size': 12,
      'text-anchor': 'top',
      'text-offset': [0, 1.3],
      'text-allow-overlap': false,
    },
    paint: { 'text-color': '#084c91', 'text-halo-color': '#fff', 'text-halo-width': 1.8 },
  },
]

/** The style layers of the whole map in drawing order. */
export function styleLayers(available: ReadonlySet<string>): LayerSpecification[] {
  const drawn = ORDER.map(sign)
    .filter((s) => available.has(s.source))
    .flatMap(draw)
  const isName = (layer: Draft) =>
    layer.type === 'symbol' && (layer.source === 'places' || /\/(name|method|label)$/.test(layer.id))
  const marks = drawn.filter((layer) => layer.source === 'findings')
  const shapes = drawn.filter((layer) => !isName(layer) && layer.source !== 'findings')
  const names = drawn.filter(isName)
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': PALETTE.ground } },
    ...shapes,
    ...names,
    ...SELECTION.slice(0, 3),
    ...marks,
    ...SELECTION.slice(3),
  ] as unknown as LayerSpecification[]
}

/** The style of the map for the tile layers that the service offers. */
export function mapStyle(
  layers: readonly Layer[],
  origin: string,
  on: string | null = null,
): StyleSpecification {
  const sources: StyleSpecification['sources'] = {
    selection: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
  }
  for (const layer of layers) {
    sources[layer.id] = {
      type: 'vector',
      tiles: [tileUrl(layer, origin, on)],
      minzoom: layer.minzoom,
      maxzoom: layer.maxzoom,
    }
  }
  return { version: 8, sources, layers: styleLayers(new Set(layers.map((l) => l.id))) }
}

/** The address of a layer's tiles of a day; the revision makes a changed layer a new address. */
export function tileUrl(layer: Layer, origin: string, on: string | null = null): string {
  const path = layer.tiles.replace('{layer}', layer.id)
  const absolute = /^https?:/.test(path) ? path : origin + path
  const day = on ? `&on=${on}` : ''
  return `${absolute}${absolute.includes('?') ? '&' : '?'}v=${layer.revision}${day}`
}

/** Style layer ids of one sign. */
export function layersOf(signId: string, ids: readonly string[]): string[] {
  return ids.filter((id) => id === signId || id.startsWith(`${signId}/`))
}

/** Every style layer that a click may hit, topmost sign first. */
export function clickable(ids: readonly string[]): string[] {
  const known = SIGNS.map((s) => s.id)
  return ids.filter((id) => known.some((s) => id === s || id.startsWith(`${s}/`)))
}
