import { EditPen } from '@element-plus/icons-vue'

import type { Page } from './index'

export default {
  name: 'name-check',
  path: '/name-check',
  title: '核名',
  icon: EditPen,
  order: 20,
  handy: true,
  view: () => import('@/views/NameCheckView.vue'),
} satisfies Page
