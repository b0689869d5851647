import { Switch } from '@element-plus/icons-vue'

import type { Page } from './index'

export default {
  name: 'exchange',
  path: '/exchange',
  title: '导入导出',
  icon: Switch,
  order: 135,
  view: () => import('@/views/ExchangeView.vue'),
} satisfies Page
