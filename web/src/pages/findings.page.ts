import { Warning } from '@element-plus/icons-vue'

import type { Page } from './index'

export default {
  name: 'findings',
  path: '/findings',
  title: '问题',
  icon: Warning,
  order: 30,
  handy: true,
  view: () => import('@/views/FindingsView.vue'),
} satisfies Page
