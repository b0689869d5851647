/** What each act on a proposal asks a person for. What is right of it, the service knows. */
import type { Act, PossibleAct, Proposal } from '@/api/naming'
import type { Faults, Values } from '@/form/useForm'

export interface Field {
  key: string
  title: string
  as: 'text' | 'words' | 'date' | 'number'
  /** Empty, it is not worth sending; whether it is right, the service says. */
  needed?: boolean
  hint?: string
}

const WORDS = 'words' as const
const opinion = (title: string, hint: string): Field => ({ key: 'opinion', title, as: WORDS, needed: true, hint })
const reason = (hint: string): Field => ({ key: 'reason', title: '理由', as: WORDS, needed: true, hint })

/** The fields of each act beside its day, in their order. */
export const FIELDS: Record<Act, readonly Field[]> = {
  amend: [
    { key: 'name', title: '拟用名称', as: 'text', hint: '不改名称就留空' },
    reason('改了什么，为什么'),
    { key: 'despite', title: '对核查异议的说明', as: WORDS, hint: '核查没有异议就留空' },
  ],
  precheck: [],
  hear: [
    { key: 'who', title: '征求了谁的意见', as: 'text', needed: true, hint: '例如：示例村村民代表会议' },
    { key: 'words', title: '意见', as: WORDS, needed: true },
    { key: 'asked', title: '征求人数', as: 'number' },
    { key: 'agreed', title: '同意人数', as: 'number' },
  ],
  review: [opinion('镇街的审核意见', '例如：符合规划，村民无异议，同意上报')],
  consult: [
    { key: 'until', title: '公示的最后一天', as: 'date', needed: true },
    { key: 'channel', title: '在哪里公示', as: 'text', needed: true, hint: '例如：区政府网站、村务公开栏' },
  ],
  conclude: [
    { key: 'outcome', title: '公示的结果', as: WORDS, needed: true, hint: '例如：公示期内没有收到异议' },
    { key: 'objections', title: '收到异议', as: 'number' },
  ],
  endorse: [opinion('审查意见', '内部审核不能代替批复')],
  decide: [
    { key: 'authority', title: '批准机关', as: 'text', needed: true },
    { key: 'number', title: '文号', as: 'text', needed: true, hint: '例如：环政字〔2026〕12号' },
    { key: 'decided_on', title: '批准日期', as: 'date', needed: true },
    { key: 'effective_on', title: '启用日期', as: 'date', hint: '留空表示与批准日期相同' },
    { key: 'title', title: '文件标题', as: 'text', hint: '可不填' },
    { key: 'despite', title: '由其他机关批准的理由', as: WORDS, hint: '批准机关与规定一致就留空' },
  ],
  file: [
    { key: 'filed_with', title: '报给哪个机关备案', as: 'text', needed: true },
    { key: 'number', title: '备案文号', as: 'text' },
  ],
  announce: [{ key: 'channel', title: '在哪里公告', as: 'text', needed: true, hint: '例如：区政府网站' }],
  sign: [{ key: 'signs', title: '设置了几块标志', as: 'number', needed: true }],
  publish: [],
  return: [reason('请写明要补正什么，申报人会看到')],
  refuse: [reason('请写明不予批准的理由，申报人会看到')],
  withdraw: [reason('为什么撤回')],
}

/** Acts that lead away from the line; they stand apart from the next step. */
export const ASIDE: ReadonlySet<string> = new Set(['amend', 'return', 'refuse', 'withdraw'])

/** The day of these acts is the day of the paper, a field of its own. */
const DATED: ReadonlySet<string> = new Set(['decide'])

/** The fields of an act for one proposal: with its day, and the reason where it passes over steps. */
export function fieldsOf(possible: PossibleAct): Field[] {
  const act = possible.act as Act
  const fields = [...(FIELDS[act] ?? [])]
  if (possible.passes.length > 0 && !fields.some((f) => f.key === 'despite' && f.needed)) {
    const passed: Field = {
      key: 'despite',
      title: `省略${possible.passes.join('、')}的理由`,
      as: WORDS,
      needed: true,
    }
    const at = fields.findIndex((f) => f.key === 'despite')
    if (at >= 0) fields.splice(at, 1, { ...passed, hint: fields[at]!.title })
    else fields.push(passed)
  }
  if (!DATED.has(act)) fields.push({ key: 'on', title: '办理日期', as: 'date', hint: '留空表示今天' })
  return fields
}

/** What a form starts with. */
export function initialOf(fields: readonly Field[], announcement?: Record<string, string>): Values {
  const values: Values = Object.fromEntries(fields.map((f) => [f.key, f.as === 'number' || f.as === 'date' ? null : '']))
  return announcement ? { ...values, ...prefixed(announcement) } : values
}

/** Fields of an announcement stand in one flat form beside the others. */
const ANNOUNCED = 'fields.'
export const prefixed = (fields: Record<string, string>): Values =>
  Object.fromEntries(Object.entries(fields).map(([title, text]) => [ANNOUNCED + title, text]))
export const announcedOf = (values: Values): [key: string, title: string][] =>
  Object.keys(values)
    .filter((key) => key.startsWith(ANNOUNCED))
    .map((key) => [key, key.slice(ANNOUNCED.length)])

/** Fields that are needed and empty. */
export function emptyOnes(fields: readonly Field[], values: Values): Faults<Values> {
  const found: Record<string, string> = {}
  for (const field of fields) {
    const value = values[field.key]
    const empty = value === null || value === undefined || String(value).trim() === ''
    if (field.needed && empty) found[field.key] = `请填写${field.title}。`
  }
  return found
}

/** What is sent: the version that the form shows, without what was left empty. */
export function bodyOf(values: Values, version: number): Record<string, unknown> {
  const body: Record<string, unknown> = { version }
  const fields: Record<string, string> = {}
  for (const [key, value] of Object.entries(values)) {
    const given = typeof value === 'string' ? value.trim() : value
    if (given === '' || given === null || given === undefined) continue
    if (key.startsWith(ANNOUNCED)) fields[key.slice(ANNOUNCED.length)] = String(given)
    else body[key] = given
  }
  if (Object.keys(fields).length > 0) body.fields = fields
  return body
}

export interface Difference {
  title: string
  mine: string
  now: string
}

const COMPARED: readonly [key: keyof Proposal & string, title: string][] = [
  ['state_title', '状态'],
  ['name', '名称'],
  ['since', '上一步的日期'],
  ['authority', '批准机关'],
  ['number', '批准文号'],
  ['decided_on', '批准日期'],
  ['reason', '命名理由'],
]

/** What changed between the proposal as a page shows it and as it is now. */
export function differences(shown: Proposal, now: Readonly<Record<string, unknown>>): Difference[] {
  const text = (value: unknown) => (value === null || value === undefined || value === '' ? '—' : String(value))
  return COMPARED.map(([key, title]) => ({ title, mine: text(shown[key]), now: text(now[key]) })).filter(
    (d) => d.mine !== d.now,
  )
}
