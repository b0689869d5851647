import { Collection } from '@element-plus/icons-vue'

import type { Page } from './index'

export default {
  name: 'contributions',
  path: '/contributions',
  title: '采集',
  icon: Collection,
  order: 70,
  view: () => import('@/views/ContributionsView.vue'),
} satisfies Page
