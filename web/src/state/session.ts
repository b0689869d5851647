/** Who works here: asked once when the page opens, changed by logging in and out. */
import { computed, readonly, ref } from 'vue'

import { api } from '@/api/client'
import { setCsrf, whenLoginIsNeeded } from '@/api/csrf'
import type { components } from '@/api/schema'

type Session = components['schemas']['Session']

const session = ref<Session | null>(null)
const asking = ref(false)

function take(found: Session): void {
  session.value = found
  setCsrf(found.csrf)
  if (found.person?.must_change) asking.value = true
}

/** Ask who has logged in; the page works for guests too where reading is open. */
export async function loadSession(): Promise<void> {
  take(await api.session())
}

/** Everything on the page was asked for by somebody else: it starts afresh. */
function startAgain(): void {
  window.location.reload()
}

export async function logIn(login: string, password: string): Promise<void> {
  take(await api.logIn({ login, password }))
  if (!session.value?.person?.must_change) startAgain()
}

export async function tryOut(role: string): Promise<void> {
  take(await api.tryOut(role))
  startAgain()
}

export async function changePassword(current: string, next: string): Promise<void> {
  take(await api.changePassword({ current, new: next }))
  startAgain()
}

export async function logOut(): Promise<void> {
  await api.logOut()
  startAgain()
}

export function askToLogIn(): void {
  asking.value = true
}

whenLoginIsNeeded(askToLogIn)

export function useSession() {
  const person = computed(() => session.value?.person ?? null)
  /** Whether the person may do an act somewhere. */
  const may = (act: string) => session.value?.acts[act] !== undefined
  return { session: readonly(session), person, asking, may }
}
