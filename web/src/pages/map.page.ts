import { MapLocation } from '@element-plus/icons-vue'

import type { Page } from './index'

export default {
  name: 'map',
  path: '/map',
  title: '地图',
  icon: MapLocation,
  order: 10,
  handy: true,
  view: () => import('@/views/MapView.vue'),
} satisfies Page
