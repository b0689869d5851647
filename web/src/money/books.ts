/** The pages that stand beside one another below 公墓. */
export const CEMETERY_PAGES = [
  { name: 'cemeteries', title: '公墓' },
  { name: 'eco-burials', title: '生态安葬' },
  { name: 'subsidies', title: '安葬补助' },
  { name: 'charges', title: '收费' },
] as const
