import { FolderOpened } from '@element-plus/icons-vue'

import type { Page } from './index'

const below = { icon: FolderOpened, below: 'cases' }

export default [
  {
    name: 'cases',
    path: '/cases',
    title: '案件',
    icon: FolderOpened,
    order: 60,
    handy: true,
    view: () => import('@/views/CasesView.vue'),
  },
  {
    ...below,
    name: 'case',
    path: '/cases/:id(\\d+)',
    title: '案件',
    order: 61,
    view: () => import('@/views/CaseView.vue'),
  },
  {
    ...below,
    name: 'case-open',
    path: '/cases/new',
    title: '登记线索',
    order: 62,
    view: () => import('@/views/CaseOpenView.vue'),
  },
  {
    ...below,
    name: 'rounds',
    path: '/cases/rounds',
    title: '排查',
    order: 63,
    view: () => import('@/views/RoundsView.vue'),
  },
  {
    ...below,
    name: 'round',
    path: '/cases/rounds/:id(\\d+)',
    title: '排查',
    order: 64,
    view: () => import('@/views/RoundView.vue'),
  },
] satisfies Page[]
