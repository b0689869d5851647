/** What a page sends along with its cookie when it changes something; the session tells it. */
let token = ''
let told: () => void = () => {}
const known = new Promise<void>((done) => (told = done))
let ask: () => Promise<boolean> = () => Promise.resolve(false)

export function setCsrf(value: string): void {
  token = value
  told()
}

/** Who one is could not be asked: what is sent now is answered by whatever is the matter. */
export function csrfUnknown(): void {
  told()
}

/** A page may send something the moment it opens; the service takes it once one knows who one is. */
export const csrfKnown = () => known

/** Headers of a request of that method. */
export function csrfHeaders(method: string): Record<string, string> {
  return method === 'get' || token === '' ? {} : { 'X-CSRF-Token': token }
}

/** What happens when the service asks who one is (401). */
export function whenLoginIsNeeded(act: () => Promise<boolean>): void {
  ask = act
}

/** Let the person log in; true where the same person is back and may go on with what was begun. */
export function loginIsNeeded(): Promise<boolean> {
  return ask()
}
