/** Every page of the application; the navigation shows exactly these. Pages load when asked for. */
import { DataBoard, EditPen, MapLocation } from '@element-plus/icons-vue'
import type { Component } from 'vue'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

export interface Page {
  name: string
  path: string
  title: string
  icon: Component
  view: () => Promise<Component>
}

export const PAGES: readonly Page[] = [
  {
    name: 'map',
    path: '/map',
    title: '地图',
    icon: MapLocation,
    view: () => import('./views/MapView.vue'),
  },
  {
    name: 'name-check',
    path: '/name-check',
    title: '核名',
    icon: EditPen,
    view: () => import('./views/NameCheckView.vue'),
  },
  {
    name: 'rules',
    path: '/rules',
    title: '规则',
    icon: DataBoard,
    view: () => import('./views/RulesView.vue'),
  },
]

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/map' },
  ...PAGES.map((page) => ({
    name: page.name,
    path: page.path,
    component: page.view,
    meta: { title: page.title },
  })),
  { path: '/:rest(.*)*', name: 'missing', component: () => import('./views/MissingView.vue') },
]

export const router = createRouter({ history: createWebHistory(), routes })

router.afterEach((to) => {
  const title = typeof to.meta.title === 'string' ? `${to.meta.title} · ` : ''
  document.title = `${title}地名与公墓登记`
})
