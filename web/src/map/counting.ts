/**
 * What the map shows, counted for the legend. Asking for everything at once stops the page for up to
 * a third of a second in a full city, so that it is asked sign by sign and strip by strip, a little
 * in each frame.
 */
import type { Map as MapLibre, PointLike } from 'maplibre-gl'

import { layersOf } from './style'
import { SIGNS, SignCount } from './signs'

const STRIPS = 8
/** How long a frame may be busy with it, in milliseconds; one question may take longer. */
const SHARE = 8

interface Question {
  layers: string[]
  box: [PointLike, PointLike]
}

/** Names and marks stand on shapes that are asked for anyhow. */
const isShape = (layer: string) => !/\/(name|label|method|mark|halo)$/.test(layer)

function questions(live: MapLibre): Question[] {
  const order = live.getLayersOrder()
  const { clientWidth: width, clientHeight: height } = live.getContainer()
  return SIGNS.flatMap((sign) => {
    const layers = layersOf(sign.id, order).filter(
      (id) => isShape(id) && live.getLayoutProperty(id, 'visibility') !== 'none',
    )
    if (layers.length === 0) return []
    return Array.from({ length: STRIPS }, (_, n): Question => {
      const edge = (part: number) => (height * part) / STRIPS
      return { layers, box: [[0, edge(n)], [width, edge(n + 1)]] }
    })
  })
}

/** Start with `count`; a map that moves or loads again makes what was counted worthless: `stop`. */
export function counter(live: MapLibre, done: (counts: Map<string, number>) => void) {
  let frame = 0
  const stop = () => cancelAnimationFrame(frame)

  function count(): void {
    stop()
    const counted = new SignCount()
    const left = questions(live)
    const some = () => {
      const until = performance.now() + SHARE
      let next: Question | undefined
      while (performance.now() < until && (next = left.shift()))
        counted.add(live.queryRenderedFeatures(next.box, { layers: next.layers }))
      if (left.length > 0) frame = requestAnimationFrame(some)
      else done(counted.counts)
    }
    some()
  }

  live.on('remove', stop)
  return { count, stop }
}
