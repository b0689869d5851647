/** What went wrong, in words that can be shown. */
import type { ProblemDocument } from './types'

export class Problem extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly advice = '',
    /** What is wrong with single fields of what was sent: field → sentence. */
    readonly fields: ReadonlyMap<string, string> = new Map(),
    /** What the record is now, where the form that was sent is older. */
    readonly current: Readonly<Record<string, unknown>> | null = null,
  ) {
    super(message)
  }

  /** The service did not answer at all: stopped, restarting, or the network is down. */
  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }
}

/** Words for a failure; the server's own words come first. */
export function problemFrom(status: number, document: ProblemDocument | null): Problem {
  if (document?.detail ?? document?.title) {
    const text = document.detail ?? document.title ?? ''
    return new Problem(text, status, document.code ?? '', document.advice ?? '', fieldsOf(document), document.current ?? null)
  }
  if (status === 404) return new Problem('没有找到这条记录，可能已被删除或合并。', status, 'not_found')
  if (status >= 500 && status <= 504 && status !== 500) return unreachable(status)
  return new Problem(
    '操作没有完成，您的数据没有变化。',
    status,
    'crash',
    `请稍后重试；仍不行时，把编号 ${status} 告知管理员。`,
  )
}

/** `body.reason` → `reason`: the field as the form calls it. */
function fieldsOf(document: ProblemDocument): ReadonlyMap<string, string> {
  return new Map(
    (document.fields ?? []).map(({ field, message }) => [field.split('.').slice(1).join('.'), message]),
  )
}

export function unreachable(status = 0): Problem {
  return new Problem(
    '连接不上登记服务。',
    status,
    'unreachable',
    '服务可能正在重启，或网络断开了。请稍候重试；您填写的内容仍保留在本页。',
  )
}
