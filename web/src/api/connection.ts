/**
 * Whether the service can be reached. Lost by a request that nothing answered; asked for again by
 * itself until it is back, so that nobody has to try and no page has to be opened anew.
 */
import { readonly, ref } from 'vue'

const FIRST_MS = 2_000
const LONGEST_MS = 15_000

const lost = ref(false)
/** Counts how often the connection came back: pages watch it and ask again for what they lack. */
const back = ref(0)
let timer = 0
let pause = FIRST_MS

/** Whether the service answers at this moment; something in between that answers for it does not count. */
export async function reachable(): Promise<boolean> {
  try {
    const answer = await fetch('/healthz', { cache: 'no-store', headers: { Accept: 'application/json' } })
    return answer.ok && /\bjson\b/.test(answer.headers.get('content-type') ?? '')
  } catch {
    return false
  }
}

export async function tryAgain(): Promise<void> {
  clearTimeout(timer)
  if (await reachable()) {
    lost.value = false
    back.value += 1
    return
  }
  pause = Math.min(pause * 1.5, LONGEST_MS)
  timer = window.setTimeout(tryAgain, pause)
}

export function connectionLost(): void {
  if (lost.value) return
  lost.value = true
  pause = FIRST_MS
  timer = window.setTimeout(tryAgain, pause)
}

export const connection = { lost: readonly(lost), back: readonly(back) }
