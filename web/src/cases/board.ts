/** Cases by state, in the order of the service's states; states without a case take no room. */
import type { CaseRow, CaseWords } from '@/api/cases'

export interface Lane {
  state: string
  title: string
  cases: CaseRow[]
}

export function lanes(rows: readonly CaseRow[], states: CaseWords['states']): Lane[] {
  return states
    .map(({ key, title }) => ({ state: key, title, cases: rows.filter((row) => row.state === key) }))
    .filter((lane) => lane.cases.length > 0)
}
