/** Who works here: asked once when the page opens, changed by logging in and out. */
import { computed, readonly, ref, watch } from 'vue'

import { api, Problem } from '@/api/client'
import { connection } from '@/api/connection'
import { csrfUnknown, setCsrf, whenLoginIsNeeded } from '@/api/csrf'
import type { components } from '@/api/schema'

type Session = components['schemas']['Session']

const session = ref<Session | null>(null)
const asking = ref(false)
/** Who was at work when the session ended; nobody while it holds. */
const expired = ref<Session['person']>(null)
let asked = 0
let waiting: ((back: boolean) => void)[] = []

/** An hour of idleness ends a session; a page that is looked at again asks after some minutes. */
const LOOK_AGAIN_MS = 5 * 60_000

function take(found: Session): void {
  session.value = found
  asked = Date.now()
  setCsrf(found.csrf)
  if (found.person?.must_change) asking.value = true
}

/** Ask who has logged in; the page works for guests too where reading is open. */
export async function loadSession(): Promise<void> {
  try {
    take(await api.session())
  } catch (error) {
    csrfUnknown()
    if (!(error instanceof Problem)) throw error // said by the banner; asked again when it is back
  }
}

function answer(back: boolean): void {
  const all = waiting
  waiting = []
  for (const done of all) done(back)
}

/** Everything on the page was asked for by somebody else: it starts afresh. */
function startAgain(): void {
  answer(false)
  // Forms that waited are no longer sending, and their drafts are kept.
  setTimeout(() => window.location.reload())
}

/** The same person goes on with the page as it stands, forms and all; another one starts afresh. */
function enter(found: Session): void {
  take(found)
  if (found.person?.must_change) return
  if (!expired.value || found.person?.id !== expired.value.id) return startAgain()
  expired.value = null
  answer(true)
  asking.value = false
}

export const logIn = async (login: string, password: string) => enter(await api.logIn({ login, password }))
export const tryOut = async (role: string) => enter(await api.tryOut(role))
export const changePassword = async (current: string, next: string) =>
  enter(await api.changePassword({ current, new: next }))

export async function logOut(): Promise<void> {
  await api.logOut()
  startAgain()
}

export function askToLogIn(): void {
  asking.value = true
}

/** The service does not know who this is (any more): whoever waits goes on after the log-in. */
function askAgain(): Promise<boolean> {
  if (session.value?.person) expired.value = session.value.person
  asking.value = true
  return new Promise((done) => waiting.push(done))
}

async function lookAgain(): Promise<void> {
  const before = session.value?.person
  if (document.hidden || asking.value || !before || Date.now() - asked < LOOK_AGAIN_MS) return
  asked = Date.now()
  const now = await api.session().catch(() => null)
  // Pages that guests may read would show less from now on without a word.
  if (now && !now.person) void askAgain()
}

whenLoginIsNeeded(askAgain)
document.addEventListener('visibilitychange', () => void lookAgain())
watch(asking, (now) => {
  if (!now) answer(false)
})
watch(connection.back, () => {
  if (!session.value) void loadSession()
})

export function useSession() {
  const person = computed(() => session.value?.person ?? null)
  /** Whether the person may do an act somewhere. */
  const may = (act: string) => session.value?.acts[act] !== undefined
  return { session: readonly(session), person, asking, expired: readonly(expired), may }
}
