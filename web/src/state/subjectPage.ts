/** Where a thing is shown: its own page where it has one, else its place on the map. */
import type { RouteLocationRaw } from 'vue-router'

const PAGES: Record<string, (id: string) => RouteLocationRaw> = {
  place: (id) => ({ path: '/map', query: { subject: `place:${id}` } }),
  division: (id) => ({ path: '/map', query: { subject: `division:${id}` } }),
  zone: (id) => ({ path: '/map', query: { subject: `zone:${id}` } }),
  cemetery: (id) => ({ path: `/cemeteries/${id}` }),
  finding: (id) => ({ path: '/findings', query: { finding: id } }),
  proposal: (id) => ({ path: '/proposals', query: { proposal: id } }),
  contribution: (id) => ({ path: '/contributions', query: { contribution: id } }),
  case: (id) => ({ path: `/cases/${id}` }),
  activity: () => ({ path: '/statistics/activities' }),
  team: () => ({ path: '/statistics/activities', query: { tab: 'teams' } }),
}

/** `placeOf('place:12')`; null where nothing shows such a thing. */
export function placeOf(subject: string): RouteLocationRaw | null {
  const [kind = '', ...rest] = subject.split(':')
  return PAGES[kind]?.(rest.join(':')) ?? null
}
