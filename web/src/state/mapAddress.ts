/**
 * The address bar is the one memory of the map page: selection, filters, hidden signs, position.
 *
 * `/map?finding=12&severity=warn&town=371002101&hide=roads.unnamed&at=14.20/37.42120/122.08310`
 */
import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import type { FindingState, Severity } from '@/api/types'

export interface Position {
  zoom: number
  lat: number
  lon: number
}

export interface MapAddress {
  finding: number | null
  subject: string | null
  rule: string
  severity: Severity | ''
  town: string
  state: FindingState
  q: string
  hide: string[]
  at: Position | null
}

const SEVERITIES: readonly string[] = ['block', 'error', 'warn', 'info', 'task']
const STATES: readonly string[] = ['open', 'waived', 'gone']

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

/** Read the address; what cannot be understood is left out rather than refused. */
export function readAddress(query: LocationQuery): MapAddress {
  const finding = Number(text(query.finding))
  const severity = text(query.severity)
  const state = text(query.state)
  return {
    finding: Number.isInteger(finding) && finding > 0 ? finding : null,
    subject: text(query.subject) || null,
    rule: text(query.rule),
    severity: SEVERITIES.includes(severity) ? (severity as Severity) : '',
    town: text(query.town),
    state: STATES.includes(state) ? (state as FindingState) : 'open',
    q: text(query.q),
    hide: text(query.hide).split(',').filter(Boolean).sort(),
    at: parsePosition(text(query.at)),
  }
}

/** Write the address, leaving out everything that stands at its default. */
export function writeAddress(address: MapAddress): LocationQueryRaw {
  const query: LocationQueryRaw = {}
  if (address.finding !== null) query.finding = String(address.finding)
  if (address.subject) query.subject = address.subject
  if (address.rule) query.rule = address.rule
  if (address.severity) query.severity = address.severity
  if (address.town) query.town = address.town
  if (address.state !== 'open') query.state = address.state
  if (address.q) query.q = address.q
  if (address.hide.length > 0) query.hide = [...address.hide].sort().join(',')
  if (address.at) query.at = formatPosition(address.at)
  return query
}
