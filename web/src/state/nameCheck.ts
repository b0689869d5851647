/** Checking names while they are typed: one question at a time, the newest wins. */
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'

import { api, Problem } from '@/api/client'
import type { NameComparison, Point } from '@/api/types'

export const MOST_CANDIDATES = 20
const PAUSE_MS = 300

/** The names that are written, each once, without blanks around them. */
export function written(fields: readonly string[]): string[] {
  return [...new Set(fields.map((name) => name.trim()).filter(Boolean))]
}

/** Split what was pasted into single names: lines, 、，；, and tabs part them. */
export function splitNames(text: string): string[] {
  return written(text.split(/[\n\r\t、，,；;]+/))
}

export interface Asked {
  names: string[]
  place_class: string
  at: string
  /** Where it lies, for what is in no register yet. */
  point?: Point | null
}

/** The ranked answer to what the form says now; `stale` while it is being asked again. */
export function useNameCheck(
  fields: Ref<string[]>,
  placeClass: Ref<string>,
  at: Ref<string>,
  point?: Ref<Point | null>,
) {
  const result = shallowRef<NameComparison | null>(null)
  const answered = shallowRef<Asked | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const checking = ref(false)
  let abort: AbortController | null = null
  let timer = 0

  const asked = computed<Asked>(() => ({
    names: written(fields.value),
    place_class: placeClass.value,
    at: at.value,
    ...(point?.value ? { point: point.value } : {}),
  }))
  const complete = computed(() => asked.value.names.length > 0 && (asked.value.at !== '' || !!asked.value.point))

  async function check(): Promise<void> {
    clearTimeout(timer)
    abort?.abort()
    problem.value = null
    if (!complete.value) {
      result.value = answered.value = null
      checking.value = false
      return
    }
    const mine = (abort = new AbortController())
    const question = asked.value
    checking.value = true
    try {
      const found = await api.compareNames({ ...question, at: question.at || null }, mine.signal)
      if (mine.signal.aborted) return
      result.value = found
      answered.value = question
    } catch (error) {
      if (mine.signal.aborted) return
      if (!(error instanceof Problem)) throw error
      problem.value = error
      result.value = answered.value = null
    } finally {
      if (abort === mine) checking.value = false
    }
  }

  watch(
    () => JSON.stringify(asked.value),
    () => {
      abort?.abort()
      clearTimeout(timer)
      timer = window.setTimeout(check, PAUSE_MS)
    },
  )
  onScopeDispose(() => {
    abort?.abort()
    clearTimeout(timer)
  })

  return {
    result,
    answered,
    problem,
    asked,
    complete,
    check,
    stale: computed(
      () => checking.value || JSON.stringify(answered.value) !== JSON.stringify(asked.value),
    ),
  }
}
