import { MapLocation } from '@element-plus/icons-vue'

import type { Page } from './index'

export default [
  {
    name: 'map',
    path: '/map',
    title: '地图',
    icon: MapLocation,
    order: 10,
    handy: true,
    view: () => import('@/views/MapView.vue'),
  },
  {
    name: 'map-print',
    path: '/map/print',
    title: '打印地图',
    icon: MapLocation,
    order: 11,
    below: 'map',
    view: () => import('@/views/MapPrintView.vue'),
  },
] satisfies Page[]
