/** Patterns and marks drawn on a canvas, so that no sprite is fetched from anywhere. */
import type { Map as MapLibre } from 'maplibre-gl'

import { PALETTE, SEVERITY_COLOURS, ZONE_COLOURS } from './palette'

const RATIO = 2

type Draw = (pen: CanvasRenderingContext2D, size: number) => void

/** A square picture `size` CSS pixels wide. */
export function picture(size: number, draw: Draw, ratio = RATIO): ImageData | null {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size * ratio
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.scale(ratio, ratio)
  draw(pen, size)
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

function stroke(pen: CanvasRenderingContext2D, colour: string, width: number): void {
  pen.strokeStyle = colour
  pen.lineWidth = width
  pen.lineCap = 'round'
  pen.lineJoin = 'round'
}

/** Diagonals that join at the edges of the tile; `up` leans the other way. */
function hatch(colour: string, width: number, up = false): Draw {
  return (pen, s) => {
    stroke(pen, colour, width)
    pen.lineCap = 'butt'
    pen.beginPath()
    for (const shift of [-s, 0, s]) {
      pen.moveTo(shift - 1, up ? s + 1 : -1)
      pen.lineTo(shift + s + 1, up ? -1 : s + 1)
    }
    pen.stroke()
  }
}

const zoneDraws: Record<string, Draw> = {
  farmland: (pen, s) => {
    stroke(pen, ZONE_COLOURS.farmland!, 1)
    pen.beginPath()
    for (const [x, y] of [
      [s * 0.25, s * 0.3],
      [s * 0.75, s * 0.8],
    ] as const) {
      pen.moveTo(x - 2.5, y)
      pen.lineTo(x - 2.5, y - 3.5)
      pen.moveTo(x + 2.5, y)
      pen.lineTo(x + 2.5, y - 3.5)
    }
    pen.stroke()
  },
  forest: (pen, s) => {
    stroke(pen, ZONE_COLOURS.forest!, 1)
    for (const [x, y] of [
      [s * 0.25, s * 0.25],
      [s * 0.75, s * 0.75],
    ] as const) {
      pen.beginPath()
      pen.arc(x, y - 1, 2.2, 0, Math.PI * 2)
      pen.moveTo(x, y + 1.2)
      pen.lineTo(x, y + 3.5)
      pen.stroke()
    }
  },
  water: (pen, s) => {
    stroke(pen, ZONE_COLOURS.water!, 1)
    for (const y of [s * 0.25, s * 0.75]) {
      pen.beginPath()
      pen.moveTo(-1, y)
      pen.quadraticCurveTo(s * 0.25, y - 3, s * 0.5, y)
      pen.quadraticCurveTo(s * 0.75, y + 3, s + 1, y)
      pen.stroke()
    }
  },
  heritage: (pen, s) => {
    stroke(pen, ZONE_COLOURS.heritage!, 1)
    pen.beginPath()
    const c = s / 2
    pen.moveTo(c - 3, c)
    pen.lineTo(c + 3, c)
    pen.moveTo(c, c - 3)
    pen.lineTo(c, c + 3)
    pen.stroke()
  },
  road: hatch(ZONE_COLOURS.road!, 0.9),
  dam: (pen, s) => {
    stroke(pen, ZONE_COLOURS.dam!, 1)
    pen.beginPath()
    for (const [x, y] of [
      [s * 0.25, s * 0.25],
      [s * 0.75, s * 0.75],
    ] as const) {
      pen.rect(x - 3, y - 1.5, 6, 3)
    }
    pen.stroke()
  },
  scenic: (pen, s) => {
    stroke(pen, ZONE_COLOURS.scenic!, 1)
    pen.beginPath()
    for (const [x, y] of [
      [s * 0.25, s * 0.3],
      [s * 0.75, s * 0.8],
    ] as const) {
      pen.moveTo(x - 3.5, y + 2)
      pen.lineTo(x, y - 2.5)
      pen.lineTo(x + 3.5, y + 2)
    }
    pen.stroke()
  },
  reserve: hatch(ZONE_COLOURS.reserve!, 0.9, true),
  rail: (pen, s) => {
    stroke(pen, ZONE_COLOURS.rail!, 1)
    pen.beginPath()
    for (const x of [s * 0.25, s * 0.75]) {
      pen.moveTo(x, -1)
      pen.lineTo(x, s + 1)
    }
    pen.stroke()
  },
  other: (pen, s) => {
    pen.fillStyle = ZONE_COLOURS.other!
    for (const [x, y] of [
      [s * 0.25, s * 0.25],
      [s * 0.75, s * 0.75],
    ] as const) {
      pen.beginPath()
      pen.arc(x, y, 1, 0, Math.PI * 2)
      pen.fill()
    }
  },
}

/** Shape of a finding: a triangle, diamond, circle or square says the same as the colour. */
export function severityDraw(severity: keyof typeof SEVERITY_COLOURS, hollow: boolean): Draw {
  return (pen, s) => {
    const c = s / 2
    const r = c - 2.5
    pen.beginPath()
    if (severity === 'warn') {
      pen.moveTo(c, c - r)
      pen.lineTo(c + r, c + r * 0.82)
      pen.lineTo(c - r, c + r * 0.82)
      pen.closePath()
    } else if (severity === 'info') {
      pen.arc(c, c, r * 0.86, 0, Math.PI * 2)
    } else if (severity === 'task') {
      pen.rect(c - r * 0.76, c - r * 0.76, r * 1.52, r * 1.52)
    } else {
      pen.moveTo(c, c - r)
      pen.lineTo(c + r, c)
      pen.lineTo(c, c + r)
      pen.lineTo(c - r, c)
      pen.closePath()
    }
    stroke(pen, '#fff', 4)
    pen.stroke()
    stroke(pen, SEVERITY_COLOURS[severity], 1.6)
    pen.fillStyle = hollow ? '#fff' : SEVERITY_COLOURS[severity]
    pen.fill()
    pen.stroke()
  }
}

const questionMark: Draw = (pen, s) => {
  const c = s / 2
  pen.beginPath()
  pen.arc(c, c, c - 2, 0, Math.PI * 2)
  pen.fillStyle = '#fff'
  pen.fill()
  stroke(pen, PALETTE.inQuestion, 1.6)
  pen.stroke()
  pen.fillStyle = PALETTE.inQuestion
  pen.font = `bold ${s * 0.6}px sans-serif`
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText('?', c, c + 0.8)
}

const seat: Draw = (pen, s) => {
  const c = s / 2
  pen.beginPath()
  pen.arc(c, c, c - 1.6, 0, Math.PI * 2)
  pen.fillStyle = '#fff'
  pen.fill()
  stroke(pen, '#6d7278', 1.3)
  pen.stroke()
}

const townSeat: Draw = (pen, s) => {
  seat(pen, s)
  pen.beginPath()
  pen.arc(s / 2, s / 2, 2, 0, Math.PI * 2)
  pen.fillStyle = '#4d5257'
  pen.fill()
}

/** Every picture of the map by its name. */
export function pictures(): Record<string, ImageData | null> {
  const made: Record<string, ImageData | null> = {
    'beyond-hatch': picture(8, hatch(PALETTE.beyond, 1.6, true)),
    question: picture(17, questionMark),
    seat: picture(9, seat),
    'seat-town': picture(12, townSeat),
  }
  for (const [kind, draw] of Object.entries(zoneDraws)) made[`zone-${kind}`] = picture(16, draw)
  for (const severity of Object.keys(SEVERITY_COLOURS) as (keyof typeof SEVERITY_COLOURS)[]) {
    made[`finding-${severity}`] = picture(20, severityDraw(severity, false))
    made[`finding-${severity}-waived`] = picture(20, severityDraw(severity, true))
  }
  return made
}

/** Give the map all its pictures. */
export function addPictures(map: MapLibre): void {
  for (const [name, image] of Object.entries(pictures())) {
    if (image && !map.hasImage(name)) map.addImage(name, image, { pixelRatio: RATIO })
  }
}

const urls = new Map<string, string>()

/** A picture of the map as a data address, for the legend. */
export function pictureUrl(name: string): string {
  const known = urls.get(name)
  if (known) return known
  const image = pictures()[name]
  const canvas = document.createElement('canvas')
  if (!image) return ''
  canvas.width = image.width
  canvas.height = image.height
  canvas.getContext('2d')?.putImageData(image, 0, 0)
  const url = canvas.toDataURL()
  urls.set(name, url)
  return url
}
