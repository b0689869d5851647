/** The order of cells: numbers by size, words as the Chinese language sorts them, blanks last. */
import type { Cell } from './columns'

const words = new Intl.Collator('zh-CN', { numeric: true })

export default function compare(a: Cell, b: Cell, down: boolean): number {
  const emptyA = a === null || a === undefined || a === ''
  const emptyB = b === null || b === undefined || b === ''
  if (emptyA || emptyB) return Number(emptyA) - Number(emptyB)
  const found =
    typeof a === 'number' && typeof b === 'number' ? a - b : words.compare(String(a), String(b))
  return down ? -found : found
}
