import { OfficeBuilding } from '@element-plus/icons-vue'

import type { Page } from './index'

export default [
  {
    name: 'cemeteries',
    path: '/cemeteries',
    title: '公墓',
    icon: OfficeBuilding,
    order: 50,
    handy: true,
    view: () => import('@/views/CemeteriesView.vue'),
  },
] satisfies Page[]
