import { Reading } from '@element-plus/icons-vue'

import type { Page } from './index'

export default {
  name: 'help',
  path: '/help',
  title: '使用手册',
  icon: Reading,
  order: 190,
  below: 'help',
  view: () => import('@/views/HelpView.vue'),
} satisfies Page
