/** The colours of the map's signs (see docs: look of the map); never the only sign. */
export const PALETTE = {
  ground: '#f5f4f0',
  boundaryTown: '#8f8f89',
  boundaryVillage: '#c9c8c0',
  label: '#3d4247',
  labelHalo: '#fbfaf7',
  road: '#4c6a92',
  roadHalo: '#c5d4e8',
  roadUnnamed: '#e69f00',
  inQuestion: '#b5449b',
  proposed: '#7b61b5',
  path: '#a39a8e',
  approved: '#1b7f5c',
  surveyed: '#3b3b3b',
  beyond: '#d7301f',
  uncertainty: '#e69f00',
  selection: '#0b6bcb',
} as const

export const ZONE_COLOURS: Record<string, string> = {
  farmland: '#8a7a1f',
  forest: '#3f7d3a',
  water: '#2f7fb5',
  heritage: '#8b4a2f',
  road: '#6b6b6b',
  rail: '#44444e',
  dam: '#2f5f86',
  scenic: '#3a8a7a',
  reserve: '#5a7a2f',
  other: '#7a6a8a',
}

export const SEVERITY_COLOURS = {
  block: '#c4281a',
  error: '#c4281a',
  warn: '#b86a00',
  info: '#3f6ea8',
  task: '#687078',
} as const

export const FONTS = ['Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC']
