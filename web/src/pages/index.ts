/**
 * Every page of the application. A page is one file of this folder, so that adding one touches
 * nothing else; the navigation shows exactly these, in their order. Views load when asked for.
 */
import type { Component } from 'vue'

export interface Page {
  name: string
  path: string
  title: string
  icon: Component
  /** Where it stands in the navigation: work below 100, what rules the work above. */
  order: number
  /** One of the few that a phone shows at once; the others are behind 更多. */
  handy?: boolean
  /** What is no entry of its own: a page below another one, e.g. one cemetery. */
  below?: string
  view: () => Promise<unknown>
}

const found = import.meta.glob<{ default: Page | Page[] }>('./*.page.ts', { eager: true })

export const PAGES: readonly Page[] = Object.values(found)
  .flatMap((module) => module.default)
  .sort((a, b) => a.order - b.order)

export const ENTRIES = PAGES.filter((page) => page.below === undefined)
/** What people do all day, and what rules it. */
export const WORK = ENTRIES.filter((page) => page.order < 100)
export const RULING = ENTRIES.filter((page) => page.order >= 100)
