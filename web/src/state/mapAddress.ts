/**
 * What the address of a page with a map says of the map: what is chosen, hidden, how strongly the
 * layers are drawn, on which day, and where it stands. Other parts of the address are left alone.
 *
 * `/map?finding=12&hide=roads.unnamed&faint=zones:40&on=2019-06-30&at=14.20/37.42120/122.08310`
 */
import type { LocationQuery, LocationQueryRaw } from 'vue-router'

export interface Position {
  zoom: number
  lat: number
  lon: number
}

export interface MapAddress {
  finding: number | null
  subject: string | null
  hide: string[]
  /** Layer → percent, for those that are not drawn in full. */
  faint: Record<string, number>
  /** The day that is shown; today without one. */
  on: string | null
  at: Position | null
}

function text(value: LocationQuery[string] | undefined): string {
  const first = Array.isArray(value) ? value[0] : value
  return first ?? ''
}

/** `14.20/37.42120/122.08310` → position; anything else → null. */
export function parsePosition(value: string): Position | null {
  const parts = value.split('/').map((part) => (part.trim() === '' ? NaN : Number(part)))
  const [zoom, lat, lon] = parts
  if (parts.length !== 3 || zoom === undefined || lat === undefined || lon === undefined) return null
  if (![zoom, lat, lon].every(Number.isFinite)) return null
  if (zoom < 0 || zoom > 24 || Math.abs(lat) > 85 || Math.abs(lon) > 180) return null
  return { zoom, lat, lon }
}

export function formatPosition(at: Position): string {
  return `${at.zoom.toFixed(2)}/${at.lat.toFixed(5)}/${at.lon.toFixed(5)}`
}

function parseFaint(value: string): Record<string, number> {
  const found: Record<string, number> = {}
  for (const part of value.split(',')) {
    const [layer, percent] = part.split(':')
    const number = Number(percent)
    if (layer && Number.isInteger(number) && number >= 0 && number < 100) found[layer] = number
  }
  return found
}

const isDay = (value: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(new Date(`${value}T00:00:00Z`).getTime())

/** Read the address; what cannot be understood is left out rather than refused. */
export function readAddress(query: LocationQuery): MapAddress {
  const finding = Number(text(query.finding))
  const on = text(query.on)
  return {
    finding: Number.isSafeInteger(finding) && finding > 0 ? finding : null,
    subject: text(query.subject) || null,
    hide: text(query.hide).split(',').filter(Boolean).sort(),
    faint: parseFaint(text(query.faint)),
    on: isDay(on) ? on : null,
    at: parsePosition(text(query.at)),
  }
}

/** Write the address, leaving out everything that stands at its default. */
export function writeAddress(address: MapAddress, others: LocationQuery = {}): LocationQueryRaw {
  const query: LocationQueryRaw = { ...others }
  const faint = Object.entries(address.faint)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([layer, percent]) => `${layer}:${percent}`)
  const ours: Record<keyof MapAddress, string> = {
    finding: address.finding === null ? '' : String(address.finding),
    subject: address.subject ?? '',
    hide: [...address.hide].sort().join(','),
    faint: faint.join(','),
    on: address.on ?? '',
    at: address.at ? formatPosition(address.at) : '',
  }
  for (const [key, value] of Object.entries(ours)) {
    if (value) query[key] = value
    else delete query[key]
  }
  return query
}
