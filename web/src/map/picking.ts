/** Which of several features under a finger was meant. */
const WEIGHT: Record<string, number> = {
  findings: 0,
  places: 1,
  cemeteries: 2,
  roads: 2,
  zones: 4,
  divisions: 5,
}

/** What a person most likely meant: marks before lines and areas, divisions last. */
export function best<T extends { source: string }>(found: readonly T[]): T | null {
  let winner: T | null = null
  for (const feature of found) {
    const weight = WEIGHT[feature.source] ?? 9
    if (!winner || weight < (WEIGHT[winner.source] ?? 9)) winner = feature
  }
  return winner
}
