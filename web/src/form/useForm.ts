/**
 * A form that keeps what was typed: a draft in this browser that survives a reload, errors at the
 * field they belong to, and a question before a draft is thrown away.
 */
import { computed, onBeforeUnmount, reactive, ref, shallowRef, toRaw, watch, type Ref } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'

import { Problem } from '@/api/problem'
import { readDraft, writeDraft } from '@/state/drafts'
import { sure } from '@/state/sure'

export type Values = Record<string, unknown>
/** Field → what is wrong with it. */
export type Faults<T> = Partial<Record<keyof T & string, string>>

export interface FormOptions<T> {
  /** Under which name the draft is kept; a form on one thing names it: `proposal.place:12`. */
  key: string
  initial: T
  /** What can be said without asking the service: a field that is empty. No rule of the law. */
  check?: (values: T) => Faults<T>
  /** Fields that no draft can hold, such as files: leaving the form is asked about. */
  fleeting?: readonly (keyof T & string)[]
  /** The part of the address that holds the form open: `add`, `proposal`. */
  within?: string
}

/** What the end of a form needs to know of it, whatever its fields are. */
export interface Form {
  errors: Readonly<Ref<Partial<Record<string, string>>>>
  dirty: Readonly<Ref<boolean>>
  busy: Readonly<Ref<boolean>>
  problem: Readonly<Ref<Problem | null>>
  /** Goes up each time the form was not accepted. */
  refused: Readonly<Ref<number>>
  discard: () => Promise<boolean>
}

export function useForm<T extends Values>({ key, initial, check, fleeting = [], within }: FormOptions<T>) {
  const kept = without(initial, fleeting)
  const values = reactive({ ...initial, ...restored(key, kept) }) as T
  const tried = ref(false)
  const busy = ref(false)
  const refused = ref(0)
  const problem = shallowRef<Problem | null>(null)
  const said = shallowRef<Faults<T>>({})

  const dirty = computed(() => JSON.stringify(without(values, fleeting)) !== JSON.stringify(kept))
  const holdsFleeting = computed(() => fleeting.some((field) => !same(values[field], initial[field])))
  const errors = computed<Faults<T>>(() => ({ ...(tried.value ? check?.(values) : {}), ...said.value }))

  const keep = () => writeDraft(key, dirty.value ? JSON.stringify(without(values, fleeting)) : null)

  watch(
    values,
    () => {
      said.value = {}
      keep()
    },
    { deep: true, flush: 'post' },
  )

  function warn(event: BeforeUnloadEvent): void {
    if (holdsFleeting.value || busy.value) event.preventDefault()
  }
  window.addEventListener('beforeunload', warn)
  onBeforeUnmount(() => window.removeEventListener('beforeunload', warn))
  if (fleeting.length > 0) {
    const mayLeave = async () => busy.value || !holdsFleeting.value || (await giveUp())
    onBeforeRouteLeave(mayLeave)
    if (within) onBeforeRouteUpdate((to, from) => to.query[within] === from.query[within] || mayLeave())
  }

  function reset(): void {
    Object.assign(values, initial)
    tried.value = false
    problem.value = null
    said.value = {}
    writeDraft(key, null)
  }

  /** Send; on success the draft is gone, on failure nothing of it is lost. */
  async function submit<R>(act: (values: T) => Promise<R>): Promise<R | undefined> {
    tried.value = true
    problem.value = null
    if (busy.value) return undefined
    if (Object.keys(check?.(values) ?? {}).length > 0) {
      refused.value += 1
      return undefined
    }
    busy.value = true
    try {
      const done = await act(values)
      reset()
      return done
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problem.value = error
      keep() // another tab that was faster has thrown the draft of this form away
      said.value = Object.fromEntries(
        // A form that is one of several is named too: `accept.due_on`.
        [...error.fields]
          .map(([field, words]) => [field.split('.').at(-1) ?? field, words] as const)
          .filter(([field]) => field in initial),
      ) as Faults<T>
      refused.value += 1
      return undefined
    } finally {
      busy.value = false
    }
  }

  /** Throw the draft away, after asking where there is one. True where it is gone. */
  async function discard(): Promise<boolean> {
    if ((dirty.value || holdsFleeting.value) && !(await giveUp())) return false
    reset()
    return true
  }

  return { values, errors, dirty, busy, problem, refused, submit, reset, discard }
}

const giveUp = () => sure('放弃填写？', '填写的内容还没有提交，放弃后不能找回。', '放弃', '继续填写')

const same = (a: unknown, b: unknown) => toRaw(a) === toRaw(b) || (a == null && b == null)

function without<T extends Values>(values: T, fields: readonly string[]): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([field]) => !fields.includes(field)),
  ) as Partial<T>
}

/** What a draft says of the fields that the form still has. */
function restored<T extends Values>(key: string, kept: Partial<T>): Partial<T> {
  try {
    const draft = JSON.parse(readDraft(key) ?? '{}') as Values
    return Object.fromEntries(
      Object.entries(draft).filter(([field]) => field in kept),
    ) as Partial<T>
  } catch {
    return {}
  }
}
