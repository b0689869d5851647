/** The signs of the map: what each one shows, which style layers draw it, how to count it. */
import type { FilterSpecification } from 'maplibre-gl'

import { PALETTE, ZONE_COLOURS } from './palette'

export type Swatch =
  | { shape: 'line'; colour: string; width: number; dash?: string; halo?: string; mark?: boolean }
  | { shape: 'area'; line: string; dash?: string; fill?: string; image?: string }
  | { shape: 'disc'; colour: string; hollow: boolean }
  | { shape: 'picture'; image: string }
  | { shape: 'text'; text: string }

export interface Sign {
  id: string
  title: string
  group: '问题' | '道路' | '公墓' | '保护区' | '地名区划'
  source: string
  swatch: Swatch
  filter: FilterSpecification | null
  /** The property that tells one subject from another (a road has many segments). */
  identity: string
}

const is = (key: string, value: unknown): FilterSpecification =>
  ['==', ['get', key], value] as unknown as FilterSpecification
const all = (...parts: FilterSpecification[]): FilterSpecification =>
  ['all', ...parts] as unknown as FilterSpecification
const not = (part: FilterSpecification): FilterSpecification =>
  ['!', part] as unknown as FilterSpecification

const has = (key: string): FilterSpecification => ['has', key] as unknown as FilterSpecification

const inQuestion = is('in_question', true)

function roadSign(state: string, title: string, swatch: Swatch): Sign {
  const questioned = state === 'in_question'
  return {
    id: `roads.${state}`,
    title,
    group: '道路',
    source: 'roads',
    swatch,
    filter: questioned ? inQuestion : all(not(inQuestion), is('state', state)),
    identity: 'road_id',
  }
}

const confirmed = 'confirmed'

function cemeterySign(id: string, title: string, filter: FilterSpecification, swatch: Swatch): Sign {
  return {
    id: `cemeteries.${id}`,
    title,
    group: '公墓',
    source: 'cemeteries',
    swatch,
    filter,
    identity: 'subject',
  }
}

function zoneSign(kind: string, title: string): Sign {
  const known = Object.keys(ZONE_COLOURS).filter((k) => k !== 'other')
  return {
    id: `zones.${kind}`,
    title,
    group: '保护区',
    source: 'zones',
    swatch: { shape: 'area', line: ZONE_COLOURS[kind] ?? '#777', image: `zone-${kind}` },
    filter:
      kind === 'other'
        ? not(['in', ['get', 'kind'], ['literal', known]] as unknown as FilterSpecification)
        : is('kind', kind),
    identity: 'subject',
  }
}

function findingSign(severity: 'error' | 'warn' | 'info' | 'task', title: string): Sign {
  const filter =
    severity === 'error'
      ? (['in', ['get', 'severity'], ['literal', ['error', 'block']]] as unknown as FilterSpecification)
      : is('severity', severity)
  return {
    id: `findings.${severity}`,
    title,
    group: '问题',
    source: 'findings',
    swatch: { shape: 'picture', image: `finding-${severity}` },
    filter,
    identity: 'id',
  }
}

const isTown = [
  '==',
  ['slice', ['get', 'class'], 0, 9],
  'division.',
] as unknown as FilterSpecification

export const SIGNS: readonly Sign[] = [
  findingSign('error', '违反'),
  findingSign('warn', '警示'),
  findingSign('info', '提示'),
  findingSign('task', '待办'),
  roadSign('named', '有名道路', { shape: 'line', colour: PALETTE.road, width: 2 }),
  roadSign('new', '新命名道路', {
    shape: 'line',
    colour: PALETTE.road,
    width: 2,
    halo: PALETTE.roadHalo,
  }),
  roadSign('unnamed', '未命名道路', {
    shape: 'line',
    colour: PALETTE.roadUnnamed,
    width: 3.2,
    dash: '6 3',
  }),
  roadSign('in_question', '名称有疑问', {
    shape: 'line',
    colour: PALETTE.inQuestion,
    width: 2.4,
    mark: true,
  }),
  roadSign('proposed', '拟命名（未批复）', {
    shape: 'line',
    colour: PALETTE.proposed,
    width: 2.4,
    dash: '1 4',
  }),
  roadSign('path', '步道、通道（不需命名）', {
    shape: 'line',
    colour: PALETTE.path,
    width: 1,
    dash: '2 2',
  }),
  cemeterySign('approved', '批准范围', is('kind', 'approved'), {
    shape: 'area',
    line: PALETTE.approved,
    fill: 'rgb(27 127 92 / 12%)',
  }),
  cemeterySign('surveyed', '实测范围', is('kind', 'surveyed'), {
    shape: 'area',
    line: PALETTE.surveyed,
    dash: '4 2.5',
  }),
  cemeterySign('suspected', '疑似超出批准', all(is('kind', 'beyond'), not(is('verdict', confirmed))), {
    shape: 'area',
    line: PALETTE.beyond,
    image: 'beyond-hatch',
  }),
  cemeterySign('confirmed', '测量确认超出', all(is('kind', 'beyond'), is('verdict', confirmed)), {
    shape: 'area',
    line: PALETTE.beyond,
    fill: 'rgb(215 48 31 / 55%)',
  }),
  cemeterySign('band', '测量误差带', all(is('kind', 'approved'), has('band_m')), {
    shape: 'area',
    line: 'transparent',
    fill: 'rgb(230 159 0 / 30%)',
  }),
  zoneSign('farmland', '永久基本农田'),
  zoneSign('forest', '公益林'),
  zoneSign('water', '饮用水水源保护区'),
  zoneSign('heritage', '文物保护范围'),
  zoneSign('road', '公路建筑控制区'),
  zoneSign('rail', '铁路线路安全保护区'),
  zoneSign('dam', '大坝管理和保护范围'),
  zoneSign('scenic', '风景名胜区'),
  zoneSign('reserve', '自然保护区'),
  zoneSign('other', '其他管控区'),
  {
    id: 'places.town',
    title: '镇、街道驻地',
    group: '地名区划',
    source: 'places',
    swatch: { shape: 'picture', image: 'seat-town' },
    filter: isTown,
    identity: 'subject',
  },
  {
    id: 'places.other',
    title: '村（居）委会等地名',
    group: '地名区划',
    source: 'places',
    swatch: { shape: 'picture', image: 'seat' },
    filter: not(isTown),
    identity: 'subject',
  },
  {
    id: 'divisions.town',
    title: '镇、街道界线',
    group: '地名区划',
    source: 'divisions',
    swatch: { shape: 'line', colour: PALETTE.boundaryTown, width: 1.4 },
    filter: ['<=', ['get', 'level'], 4] as unknown as FilterSpecification,
    identity: 'code',
  },
  {
    id: 'divisions.village',
    title: '村、社区界线',
    group: '地名区划',
    source: 'divisions',
    swatch: { shape: 'line', colour: PALETTE.boundaryVillage, width: 1.2, dash: '4 2' },
    filter: ['==', ['get', 'level'], 5] as unknown as FilterSpecification,
    identity: 'code',
  },
]

const IDENTITY = new Map(SIGNS.map((s) => [s.id, s.identity]))

export function sign(id: string): Sign {
  const found = SIGNS.find((s) => s.id === id)
  if (!found) throw new Error(`no sign ${id}`)
  return found
}

/** Which sign draws a feature; the same tests as the filters, for counting what is on the screen. */
export function signOf(source: string, properties: Record<string, unknown>): string | null {
  switch (source) {
    case 'findings': {
      const severity = properties.severity === 'block' ? 'error' : properties.severity
      return `findings.${String(severity)}`
    }
    case 'roads':
      return properties.in_question === true ? 'roads.in_question' : `roads.${String(properties.state)}`
    case 'cemeteries': {
      const kind = String(properties.kind)
      if (kind !== 'beyond') return `cemeteries.${kind}`
      return properties.verdict === confirmed ? 'cemeteries.confirmed' : 'cemeteries.suspected'
    }
    case 'zones': {
      const kind = String(properties.kind)
      return kind !== 'other' && kind in ZONE_COLOURS ? `zones.${kind}` : 'zones.other'
    }
    case 'places':
      return String(properties.class).startsWith('division.') ? 'places.town' : 'places.other'
    case 'divisions':
      return Number(properties.level) <= 4 ? 'divisions.town' : 'divisions.village'
    default:
      return null
  }
}

interface Counted {
  source: string
  properties: Record<string, unknown>
  layer?: { id: string }
  id?: string | number | undefined
}

/** Counts the different subjects that each sign shows, however often and in how many parts they are seen. */
export class SignCount {
  private readonly seen = new Map<string, Set<unknown>>()

  add(features: readonly Counted[]): void {
    for (const { source, properties, layer, id } of features) {
      // The band is drawn from the approved extent, so its layer says which of the two was seen.
      const of = layer?.id === 'cemeteries.band' ? layer.id : signOf(source, properties)
      const identity = of === null ? undefined : IDENTITY.get(of)
      if (of === null || identity === undefined) continue
      const subjects = this.seen.get(of) ?? new Set()
      this.seen.set(of, subjects)
      // Far out, a mark of many findings names them.
      if (typeof properties.ids === 'string')
        for (const each of properties.ids.split(',')) subjects.add(Number(each))
      else subjects.add(properties[identity] ?? id)
    }
  }

  /** Sign → how many. */
  get counts(): Map<string, number> {
    return new Map([...this.seen].map(([id, of]) => [id, of.size]))
  }
}
