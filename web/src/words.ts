/** Words and numbers as they stand on the screen. */
import type { FindingSubject, NamingAnswer, Pair, SearchHit, Severity } from '@/api/types'

export const SEVERITIES: readonly Severity[] = ['block', 'error', 'warn', 'info', 'task']

/** The three groups a person works through: 违反 (block and error), 警示, 提示, 待办. */
export const SEVERITY_WORDS: Record<Severity, string> = {
  block: '违反',
  error: '违反',
  warn: '警示',
  info: '提示',
  task: '待办',
}

export const KIND_WORDS: Record<SearchHit['kind'], string> = {
  place: '地名',
  road: '道路',
  division: '区划',
  cemetery: '公墓',
  zone: '保护区',
  case: '案件',
}

/** The five answers to a place without a name, and what each asks for. */
export const NAMING_ANSWERS: readonly {
  key: NamingAnswer
  word: string
  hint: string
  said: boolean
  reason: boolean
}[] = [
  {
    key: 'unregistered',
    word: '有名未登记',
    hint: '群众已有叫法，核名后登记为标准地名。',
    said: true,
    reason: false,
  },
  {
    key: 'unsigned',
    word: '有名无牌',
    hint: '群众已有叫法，没有路牌，登记后设牌。',
    said: true,
    reason: false,
  },
  {
    key: 'nameless',
    word: '确无名',
    hint: '确实没有名称，列入拟名、核名、报批。',
    said: false,
    reason: true,
  },
  {
    key: 'not_needed',
    word: '无需命名',
    hint: '不需要单独命名，今后检查不再提示。',
    said: false,
    reason: true,
  },
  {
    key: 'unclear',
    word: '待核',
    hint: '暂时说不清，实地走访后再答复。',
    said: false,
    reason: false,
  },
]

/** What a name is to its place, as the service names the kinds. */
export const NAME_KIND_WORDS: Record<string, string> = {
  standard: '标准名称',
  former: '曾用名',
  alias: '别名',
  dialect: '方言名',
  proposed: '待批名称',
}

/** How sure the legal basis is, said to a clerk. */
export const CONFIDENCE_WORDS: Record<string, string> = {
  A: '已核对全文',
  B: '据节选，待核对全文',
  C: '据转引，待核对原文',
  M: '测算得出',
  local: '本区规定',
}

const groups = new Intl.NumberFormat('zh-CN')

/** 1234567 → 1,234,567. */
export function count(value: number): string {
  return groups.format(value)
}

/** A figure as it is counted: whole, or with one decimal. */
export function figure(value: number): string {
  return new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 1 }).format(value)
}

/** A figure with its unit; areas as everywhere. */
export function counted(value: number, unit: string): string {
  return unit === '平方米' ? area(value) : `${figure(value)} ${unit}`
}

/** Square metres with mu beside it: 5,999.1 m²（9.0 亩）; small areas without mu. */
export function area(squareMetres: number): string {
  const digits = squareMetres < 1000 ? 0 : 1
  const metric = new Intl.NumberFormat('zh-CN', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(squareMetres)
  if (squareMetres < 66.67) return `${metric} m²`
  return `${metric} m²（${((squareMetres * 3) / 2000).toFixed(1)} 亩）`
}

/** A value of unknown kind as text, with its unit. */
export function shown(value: unknown, unit?: string | null): string {
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (typeof value === 'number') {
    if (unit === 'm²' || unit === 'm2') return area(value)
    const text = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 }).format(value)
    return unit ? `${text} ${unit}` : text
  }
  if (Array.isArray(value)) return value.map((part) => shown(part)).join('、') || '—'
  if (typeof value === 'object') return JSON.stringify(value)
  return unit ? `${String(value)} ${unit}` : String(value)
}

/** The day in China of an ISO time, 2024-11-05; a plain date stays as it is. */
export function day(iso: string | null | undefined): string {
  if (!iso) return '—'
  if (/^\d{4}-\d{2}-\d{2}$/.test(iso)) return iso
  return moment(iso).slice(0, 10)
}

/** Date and time in China, 2024-11-05 09:30. */
export function moment(iso: string | null | undefined): string {
  if (!iso) return '—'
  const parsed = new Date(iso)
  if (Number.isNaN(parsed.getTime())) return iso
  const text = parsed.toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' })
  return text.slice(0, 16)
}

/** From–to of a validity: 2019-03-01 起, 2019-03-01 至 2024-05-06, 长期. */
export function validity(from: string | null | undefined, to: string | null | undefined): string {
  if (from && to) return `${day(from)} 至 ${day(to)}`
  if (from) return `${day(from)} 起`
  if (to) return `至 ${day(to)} 止`
  return ''
}

/** Degrees with the hemisphere in front: E 122.08310°, N 37.42120°. */
export function degrees(lon: number, lat: number): string {
  const ew = lon < 0 ? 'W' : 'E'
  const ns = lat < 0 ? 'S' : 'N'
  return `${ew} ${Math.abs(lon).toFixed(5)}°  ${ns} ${Math.abs(lat).toFixed(5)}°`
}

/** A law and its article as they are cited: 《地名管理条例》第九条. */
export function citation(basis: { law: string; article: string }): string {
  if (!basis.law) return basis.article
  const law = basis.law.startsWith('《') ? basis.law : `《${basis.law}》`
  return `${law}${basis.article}`
}

/** A pair of subjects in words; places of one name are told apart by where they lie. */
export function pairName(subjects: readonly FindingSubject[], [a, b]: Pair): string {
  const [first, second] = [a, b].map((id) => subjects.find((s) => s.subject === id))
  const name = (s: FindingSubject | undefined, id: string, withPlace: boolean) =>
    (s?.name || '（未命名）') + (withPlace && s?.located_in ? `（${s.located_in}）` : s ? '' : id)
  if (a === b) return name(first, a, false)
  const alike = first?.name === second?.name
  return `${name(first, a, alike)} ↔ ${name(second, b, alike)}`
}

/** A length on the ground: 812.4 m, 12.35 公里. */
export function metres(length: number): string {
  if (length < 10_000) return `${new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 1 }).format(length)} m`
  return `${new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 }).format(length / 1000)} 公里`
}
