/** What a list shows of its rows, how it sorts, searches and filters them; all without a screen. */
import compare from './order'

export type Cell = string | number | null | undefined

export interface Column<T> {
  key: string
  title: string
  /** What stands in the cell and in an exported file: plain text or number. */
  value: (row: T) => Cell
  /** How the value is worded on the screen; the value itself otherwise. */
  words?: (row: T) => string
  /** Width in pixels where there is little room; without one the column shares what is left, at least `least`. */
  width?: number
  least?: number
  /** Sentences: they take all that is left on a wide screen. */
  prose?: boolean
  /** Numbers stand on the right. */
  right?: boolean
  /** Shown only where the list is at least this wide. */
  from?: number
  /** What it is sorted by, where that is not the value. */
  order?: (row: T) => Cell
  /** Not worth sorting by. */
  unsorted?: boolean
}

export interface Choice {
  value: string
  label: string
  count?: number
}

export interface Filter<T> {
  key: string
  title: string
  /** The values of a row that the filter goes by. */
  of: (row: T) => string | readonly string[]
  /** Words for a value; the choices themselves are those that occur. */
  label?: (value: string) => string
  /** Where the choices stand in an order of their own. */
  order?: readonly string[]
}

/** `q`, the order, and what each filter is set to; several values of one filter are alternatives. */
export interface ListState {
  q: string
  sort: string
  filters: Record<string, string[]>
}

const values = <T>(filter: Filter<T>, row: T): readonly string[] => {
  const found = filter.of(row)
  return typeof found === 'string' ? [found] : found
}

function passes<T>(row: T, filters: readonly Filter<T>[], set: ListState['filters']): boolean {
  return filters.every((filter) => {
    const wanted = set[filter.key] ?? []
    return wanted.length === 0 || values(filter, row).some((value) => wanted.includes(value))
  })
}

/** Whether every word of the query stands somewhere in the row. */
function says<T>(row: T, columns: readonly Column<T>[], words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = columns
    .map((c) => `${c.words?.(row) ?? ''} ${c.value(row) ?? ''}`)
    .join(' ')
    .toLowerCase()
  return words.every((word) => text.includes(word))
}

const LEAST = 80
/** More than a name needs: beyond it a column keeps its neighbours away from one another. */
const ROOMY = 360

/** Pixels for each column; what no column needs is shared by all, so that a wide screen cuts nothing. */
export function widths<T>(columns: readonly Column<T>[], space: number): number[] {
  const open = columns.filter((c) => c.width === undefined)
  const share = (space - columns.reduce((sum, c) => sum + (c.width ?? 0), 0)) / open.length
  const found = columns.map(
    (c) => c.width ?? Math.max(c.least ?? LEAST, c.prose ? share : Math.min(share, ROOMY)),
  )
  const taken = found.reduce((sum, width) => sum + width, 0)
  if (taken >= space) return found
  const prose = columns.filter((c) => c.prose).length
  if (prose === 0) return found.map((width) => (width * space) / taken)
  return found.map((width, i) => (columns[i]!.prose ? width + (space - taken) / prose : width))
}

/** What stands in a cell: words for the value, and a dash where there is nothing. */
export function cell<T>(column: Column<T>, row: T): string {
  return column.words?.(row) || String(column.value(row) ?? '') || '—'
}

/** The rows that are wanted, in the wanted order; rows of equal rank keep the order they came in. */
export function arranged<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  filters: readonly Filter<T>[],
  state: ListState,
): T[] {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean)
  const kept = rows.filter((row) => passes(row, filters, state.filters) && says(row, columns, words))
  const down = state.sort.startsWith('-')
  const column = columns.find((c) => c.key === state.sort.replace(/^-/, ''))
  if (!column) return kept
  const by = column.order ?? column.value
  const ranked = kept.map((row) => ({ row, by: by(row) }))
  ranked.sort((a, b) => compare(a.by, b.by, down))
  return ranked.map((r) => r.row)
}

/** The values that occur, each with how many rows would be shown if it were chosen alone. */
export function choices<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  filters: readonly Filter<T>[],
  filter: Filter<T>,
  state: ListState,
): Choice[] {
  const others = filters.filter((f) => f !== filter)
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean)
  const counts = new Map<string, number>()
  for (const row of rows) for (const value of values(filter, row)) counts.set(value, counts.get(value) ?? 0)
  for (const row of rows) {
    if (!passes(row, others, state.filters) || !says(row, columns, words)) continue
    for (const value of values(filter, row)) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const found = [...counts]
    .filter(([value]) => value !== '')
    .map(([value, count]) => ({ value, label: filter.label?.(value) ?? value, count }))
  const order = filter.order
  return order
    ? found.sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value))
    : found.sort((a, b) => b.count - a.count || a.label.localeCompare(b.label, 'zh-CN'))
}
