/** A board: one column a state, in the order of the service's states. */

export interface BoardColumn<Row> {
  key: string
  title: string
  rows: Row[]
}

/** Rows by state. */
export function columnsOf<Row extends { state: string }>(
  rows: readonly Row[],
  states: readonly { key: string; title: string }[],
): BoardColumn<Row>[] {
  return states.map(({ key, title }) => ({ key, title, rows: rows.filter((row) => row.state === key) }))
}
