import { Coin } from '@element-plus/icons-vue'

import type { Page } from './index'

const below = { icon: Coin, below: 'cemeteries' }

export default [
  {
    ...below,
    name: 'eco-burials',
    path: '/cemeteries/eco-burials',
    title: '生态安葬',
    order: 53,
    view: () => import('@/views/EcoBurialsView.vue'),
  },
  {
    ...below,
    name: 'subsidies',
    path: '/cemeteries/subsidies',
    title: '安葬补助',
    order: 54,
    view: () => import('@/views/SubsidiesView.vue'),
  },
  {
    ...below,
    name: 'charges',
    path: '/cemeteries/charges',
    title: '收费',
    order: 55,
    view: () => import('@/views/ChargesView.vue'),
  },
] satisfies Page[]
