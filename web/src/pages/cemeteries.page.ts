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
  {
    name: 'cemetery',
    path: '/cemeteries/:id(\\d+)',
    title: '公墓',
    icon: OfficeBuilding,
    order: 51,
    below: 'cemeteries',
    view: () => import('@/views/CemeteryView.vue'),
  },
  {
    name: 'boundary-upload',
    path: '/cemeteries/upload',
    title: '上传边界',
    icon: OfficeBuilding,
    order: 52,
    below: 'cemeteries',
    view: () => import('@/views/BoundaryUploadView.vue'),
  },
] satisfies Page[]
