import { DataBoard } from '@element-plus/icons-vue'

import type { Page } from './index'

export default {
  name: 'rules',
  path: '/rules',
  title: '规则',
  icon: DataBoard,
  order: 110,
  view: () => import('@/views/RulesView.vue'),
} satisfies Page
