import { Stamp } from '@element-plus/icons-vue'

import type { Page } from './index'

export default {
  name: 'proposals',
  path: '/proposals',
  title: '命名',
  icon: Stamp,
  order: 40,
  view: () => import('@/views/ProposalsView.vue'),
} satisfies Page
