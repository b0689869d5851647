/** A note about what was just done, with a way back. */
import { ElMessage } from 'element-plus'
import { h } from 'vue'

import { Problem } from '@/api/client'

/** Say what was done and offer to take it back; a failure to do so is said too. */
export function offerUndo(text: string, takeBack: () => Promise<void>): void {
  async function undo(): Promise<void> {
    message.close()
    try {
      await takeBack()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      ElMessage({ type: 'error', message: `${error.message}${error.advice}` })
    }
  }
  const message = ElMessage({
    type: 'success',
    duration: 10000,
    showClose: true,
    message: h('span', [text, h('button', { class: 'link', onClick: () => void undo() }, '撤销')]),
  })
}
