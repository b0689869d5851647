/** What a page sends along with its cookie when it changes something; the session tells it. */
let token = ''
let refused: () => void = () => {}

export function setCsrf(value: string): void {
  token = value
}

/** Headers of a request of that method. */
export function csrfHeaders(method: string): Record<string, string> {
  return method === 'get' || token === '' ? {} : { 'X-CSRF-Token': token }
}

/** What happens when the service asks who one is (401). */
export function whenLoginIsNeeded(act: () => void): void {
  refused = act
}

export function loginIsNeeded(): void {
  refused()
}
