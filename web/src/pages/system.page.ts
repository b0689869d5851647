import { Monitor } from '@element-plus/icons-vue'

import type { Page } from './index'

export default {
  name: 'system',
  path: '/system',
  title: '系统',
  icon: Monitor,
  order: 140,
  view: () => import('@/views/SystemView.vue'),
} satisfies Page
