/** The board of proposals: a column a state that has something in it, in the order of the procedure. */
import type { ProposalLine, ProposalWords } from '@/api/naming'
import { columnsOf, type BoardColumn } from '@/list/board'

/** Columns of open states first, closed ones last; the first state always stands there. */
export function board(rows: readonly ProposalLine[], states: ProposalWords['states']): BoardColumn<ProposalLine>[] {
  const ordered = [...states.filter((s) => !s.closed), ...states.filter((s) => s.closed)]
  return columnsOf([...rows].sort(byDue), ordered).filter((column, i) => i === 0 || column.rows.length > 0)
}

/** What ends first stands first; what has no clock, by its day. */
function byDue(a: ProposalLine, b: ProposalLine): number {
  if (a.due && b.due) return a.due.due < b.due.due ? -1 : a.due.due > b.due.due ? 1 : 0
  if (a.due || b.due) return a.due ? -1 : 1
  return a.since < b.since ? -1 : 1
}

/** Whether its first clock is over, runs, or there is none; what the filter goes by. */
export function clockOf(row: ProposalLine): string {
  return row.due === null ? '没有期限' : row.due.overdue ? '已超期' : '未到期'
}
