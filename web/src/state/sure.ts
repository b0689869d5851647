/** A question before what cannot be taken back. What can be is done, and offers 撤销 (`undo.ts`). */
import { ElMessageBox } from 'element-plus'

/** `sure('停用令牌？', '停用后不能恢复。', '停用')`: whether the person goes on. */
export const sure = (title: string, text: string, act: string, stay = '取消'): Promise<boolean> =>
  ElMessageBox.confirm(text, title, { confirmButtonText: act, cancelButtonText: stay, type: 'warning' }).then(
    () => true,
    () => false,
  )
