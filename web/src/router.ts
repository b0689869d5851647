/** Addresses of the pages; a page is loaded when it is asked for. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

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

// After an update of the service an old page asks for parts that are gone: load the new one.
router.onError((error: unknown, to) => {
  if (/dynamically imported module|Importing a module script/.test(String(error))) {
    location.assign(to.fullPath)
  }
})
