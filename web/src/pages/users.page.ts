import { User } from '@element-plus/icons-vue'

import type { Page } from './index'

export default {
  name: 'users',
  path: '/users',
  title: '用户',
  icon: User,
  order: 120,
  view: () => import('@/views/UsersView.vue'),
} satisfies Page
