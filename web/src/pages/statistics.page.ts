import { DataAnalysis } from '@element-plus/icons-vue'

import type { Page } from './index'

const own = { icon: DataAnalysis, below: 'statistics' }

export default [
  {
    name: 'statistics',
    path: '/statistics',
    title: '统计',
    icon: DataAnalysis,
    order: 80,
    view: () => import('@/views/StatisticsView.vue'),
  },
  {
    ...own,
    name: 'figure',
    path: '/statistics/figures/:id',
    title: '指标明细',
    order: 81,
    view: () => import('@/views/FigureView.vue'),
  },
  {
    ...own,
    name: 'ledger',
    path: '/statistics/ledger',
    title: '三类问题台账',
    order: 82,
    view: () => import('@/views/LedgerView.vue'),
  },
  {
    ...own,
    name: 'activities',
    path: '/statistics/activities',
    title: '文化活动',
    order: 83,
    view: () => import('@/views/ActivitiesView.vue'),
  },
] satisfies Page[]
