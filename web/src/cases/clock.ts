/** How long a case still has, in words; the days are counted by the service. */
export interface Clocked {
  live: boolean
  late: boolean
  near: boolean
  days_late: number
  days_left: number | null
  due_on: string | null
  paused_since: string | null
}
export type Tone = 'stopped' | 'late' | 'near' | 'running' | 'none'

export function tone(c: Clocked): Tone {
  if (!c.live) return 'none'
  if (c.paused_since) return 'stopped'
  if (c.late) return 'late'
  if (c.days_left === null) return 'none'
  return c.near ? 'near' : 'running'
}

export function clockWords(c: Clocked): string {
  if (!c.live) return ''
  if (c.paused_since) return `停止计时（自 ${c.paused_since}）`
  if (c.late) return `逾期 ${c.days_late} 天`
  if (c.days_left === null) return '没有期限'
  return c.days_left === 0 ? '今天到期' : `还有 ${c.days_left} 天`
}
