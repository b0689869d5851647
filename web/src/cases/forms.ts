/** The forms of the steps of a case, as the service describes them; no rule of its own. */
import type { Case, CaseField, CaseForm, PossibleStep, StepBody } from '@/api/cases'
import type { Faults } from '@/form/useForm'

export type Typed = Record<string, unknown> & { reason: string; on: string; attachments: number[] }

const MANY = new Set(['surveys'])

/** Nothing filled in yet. */
export function blank(form: CaseForm): Typed {
  return {
    ...Object.fromEntries(form.fields.map((f) => [f.name, MANY.has(f.kind) ? [] : ''])),
    reason: '',
    on: '',
    attachments: [],
  }
}

/** The fields that belong to what was chosen so far: some go with one reason of a closure alone. */
export function asked(form: CaseForm, typed: Record<string, unknown>): CaseField[] {
  return form.fields.filter(
    (f) => f.closures.length === 0 || f.closures.includes(String(typed.closure ?? '')),
  )
}

const empty = (value: unknown) =>
  value === '' || value === null || value === undefined || (Array.isArray(value) && value.length === 0)

/** Required fields that are empty, each said at the field. */
export function missing(form: CaseForm, typed: Typed): Faults<Typed> {
  const faults: Faults<Typed> = {}
  for (const f of asked(form, typed)) {
    if (f.required && empty(typed[f.name])) faults[f.name] = `请填写${f.title.split('（')[0]}。`
  }
  if (!typed.reason.trim()) faults.reason = `请填写${form.reason}。`
  return faults
}

/** What is sent: the step, the version it was made from, and what is not empty. */
export function body(form: CaseForm, typed: Typed, version: number): StepBody {
  const fields = asked(form, typed).map((f) => [f.name, typed[f.name]] as const)
  const more = [...fields, ['on', typed.on], ['attachments', typed.attachments]] as const
  return {
    act: form.act,
    version,
    reason: typed.reason.trim(),
    ...Object.fromEntries(more.filter(([, value]) => !empty(value))),
  }
}

export interface Line {
  title: string
  text: string
}

/** What was filled in, in words; `shown` words a value that stands for something else. */
export function written(
  form: CaseForm,
  typed: Typed,
  shown: (field: CaseField, value: unknown) => string,
): Line[] {
  const lines = asked(form, typed)
    .filter((f) => !empty(typed[f.name]))
    .map((f) => ({ title: f.title.split('（')[0] ?? f.title, text: shown(f, typed[f.name]) }))
  return [{ title: '要办', text: form.title }, ...lines, { title: form.reason, text: typed.reason }]
}

/** What is there now, as the service says it in its refusal of an old form. */
export function current(now: Readonly<Record<string, unknown>>): Line[] {
  const last = (now.last_step ?? {}) as Record<string, unknown>
  return [
    { title: '状态', text: String(now.state_title ?? '') },
    { title: '刚办的', text: String(last.act_title ?? '') },
    { title: '由', text: `${String(last.by ?? '')}，${String(last.on ?? '')}` },
    { title: '理由或情况', text: String(last.reason ?? '') },
    { title: '期限', text: now.due_on ? String(now.due_on) : '没有' },
  ]
}

/** Steps that the person cannot take, by why. */
export function hindered(possible: readonly PossibleStep[]): { why: string; titles: string[] }[] {
  const found = new Map<string, string[]>()
  for (const step of possible) {
    if (step.hinder) found.set(step.hinder, [...(found.get(step.hinder) ?? []), step.title])
  }
  return [...found].map(([why, titles]) => ({ why, titles }))
}

/** The months of look-backs that are still to be made. */
export const monthsLeft = (found: Case) => found.look_backs.filter((l) => !l.done).map((l) => l.months)
