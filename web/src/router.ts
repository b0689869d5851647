/** Addresses of the pages; a page is loaded when it is asked for. */
import { watch } from 'vue'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

import { connection, connectionLost, reachable } from '@/api/connection'
import { PAGES } from '@/pages'

declare module 'vue-router' {
  interface RouteMeta {
    title?: string
    /** The entry of the navigation that is lit on a page below it. */
    entry?: string
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/map' },
  ...PAGES.map((page) => ({
    name: page.name,
    path: page.path,
    component: page.view as NonNullable<RouteRecordRaw['component']>,
    meta: { title: page.title, entry: page.below ?? page.name },
  })),
  { path: '/:rest(.*)*', name: 'missing', component: () => import('./views/MissingView.vue') },
]

export const router = createRouter({ history: createWebHistory(), routes })

/** The name of the open page and, on a page of one thing, of that thing. */
export function name(title: string | undefined): void {
  document.title = `${title ? `${title} · ` : ''}地名与公墓登记`
}

router.afterEach((to) => name(to.meta.title))

let wanted: { from: string; to: string } | null = null

router.onError(async (error: unknown, to, from) => {
  if (!/dynamically imported module|Importing a module script|preload CSS/i.test(String(error))) return
  // After an update of the service an old page asks for parts that are gone: load the new one.
  if (await reachable()) return location.assign(to.fullPath)
  // The service is away: leaving this page for an error of the browser would lose what is on it.
  wanted = { from: from.fullPath, to: to.fullPath }
  connectionLost()
})

// A browser keeps in mind that a part did not come, so that only a new page gets it.
watch(connection.back, () => {
  if (wanted && wanted.from === router.currentRoute.value.fullPath) location.assign(wanted.to)
  wanted = null
})
