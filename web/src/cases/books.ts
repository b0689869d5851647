/** The pages that stand beside one another below 案件. */
export const CASE_PAGES = [
  { name: 'cases', title: '案件' },
  { name: 'rounds', title: '排查' },
] as const
