/** The check of history goes on while one is on another page; its answer waits for whoever comes back. */
import { ElMessage } from 'element-plus'
import { effectScope } from 'vue'

import { records } from '@/api/people'

import { useAnswer } from './answer'

const asked = effectScope(true).run(() => useAnswer(records.verify))!

export const verification = {
  ...asked,
  /** Start it; who is elsewhere when it ends is told. */
  async load(): Promise<void> {
    await asked.load()
    if (location.pathname.startsWith('/history')) return
    const found = asked.value.value
    if (asked.problem.value) ElMessage({ type: 'error', message: '历史链没有核验完，请到“历史”页重试。' })
    else if (found?.holds) ElMessage({ type: 'success', message: '历史链已核验：历史完整，没有被改动过。' })
    else ElMessage({ type: 'error', duration: 0, showClose: true, message: '历史与封存的不一致，请到“历史”页查看。' })
  },
}
