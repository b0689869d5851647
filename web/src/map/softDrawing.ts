/**
 * Many office computers have no graphics card that the browser can use: the processor draws every
 * pixel. There a map that moves is drawn with half the sharpness, and whole as soon as it rests.
 */
import type { Map as MapLibre } from 'maplibre-gl'

const MOVING_SHARE = 0.5
/** Between two turns of a wheel the map rests for less than this, in milliseconds. */
const REST = 150

/** Whether pictures are drawn by the processor (SwiftShader, llvmpipe, Windows' own). */
export function drawnByProcessor(gl: WebGL2RenderingContext | null): boolean {
  const info = gl?.getExtension('WEBGL_debug_renderer_info')
  const renderer = info ? String(gl?.getParameter(info.UNMASKED_RENDERER_WEBGL)) : ''
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer)
}

/** Let the map move with half the sharpness; says whether it is drawn so just now. */
export function softenWhileMoving(map: MapLibre): () => boolean {
  const stop = map.stop.bind(map)
  let soft = false
  /** A changed sharpness counts as a movement, too. */
  let changing = false
  let resting = 0
  const draw = (share: number) => {
    changing = true
    map.stop = () => map // a change of size would end the movement of the hand that asks for it
    map.setPixelRatio(devicePixelRatio * share) // of the screen on which the window is now
    map.stop = stop
    changing = false
    soft = share < 1
    map.triggerRepaint() // before the browser shows the changed, empty canvas
  }
  map.on('movestart', () => {
    if (changing) return
    clearTimeout(resting)
    if (!soft) draw(MOVING_SHARE)
  })
  map.on('moveend', () => {
    if (changing) return
    clearTimeout(resting)
    resting = window.setTimeout(() => draw(1), REST)
  })
  map.on('remove', () => clearTimeout(resting))
  return () => soft
}
