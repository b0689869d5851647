import { Clock } from '@element-plus/icons-vue'

import type { Page } from './index'

export default {
  name: 'history',
  path: '/history',
  title: '历史',
  icon: Clock,
  order: 130,
  view: () => import('@/views/HistoryView.vue'),
} satisfies Page
