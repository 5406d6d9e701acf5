/** What a chart is made of: lines, bands, points, bars, cells, rules and words. */
import type { Scale } from './scale.ts'
import { element, sizes, text } from './svg.ts'

type Point = readonly [x: number, y: number]

export type Mark =
  | {
      readonly kind: 'line'
      readonly points: readonly Point[]
      readonly colour: number
      readonly label?: string
      readonly dashed?: boolean
    }
  | {
      readonly kind: 'band'
      readonly points: readonly (readonly [x: number, low: number, high: number])[]
      readonly colour: number
    }
  | {
      readonly kind: 'points'
      readonly points: readonly Point[]
      readonly colour: number
      readonly hollow?: boolean
      readonly size?: number
    }
  /** From `from` to `to` at `x` on a categorical axis, `lane` of `lanes` side by side. */
  | {
      readonly kind: 'bar'
      readonly at: number
      readonly from: number
      readonly to: number
      readonly colour: number
      readonly lane?: number
      readonly lanes?: number
      readonly label?: string
      readonly flat?: boolean
    }
  | {
      readonly kind: 'cell'
      readonly x: number
      readonly y: number
      readonly colour: number
      readonly strength: number
      readonly words: string
      readonly outlined?: boolean
    }
  | { readonly kind: 'rule'; readonly y?: number; readonly x?: number; readonly words: string; readonly at: number }
  | {
      readonly kind: 'words'
      readonly x: number
      readonly y: number
      readonly words: string
      readonly colour?: number
      readonly place?: 'above' | 'right' | 'left'
    }

export type Label = {
  readonly x: number
  readonly y: number
  readonly content: string
  readonly colour: number
  readonly place: 'end' | 'above' | 'right' | 'left'
}

/** All numbers that the axes must hold. */
export function valuesOf(marks: readonly Mark[]): { readonly x: readonly number[]; readonly y: readonly number[] } {
  const points = marks.flatMap(pointsOf)
  return {
    x: points.flatMap(([x]) => (x === undefined ? [] : [x])),
    y: points.flatMap(([, y]) => (y === undefined ? [] : [y])),
  }
}

function pointsOf(mark: Mark): (readonly [x: number | undefined, y: number | undefined])[] {
  switch (mark.kind) {
    case 'line':
    case 'points':
      return [...mark.points]
    case 'band':
      return mark.points.flatMap(([x, low, high]) => [[x, low] as const, [x, high] as const])
    case 'bar':
      return [mark.from, mark.to].map((value) => (mark.flat ? [value, undefined] : [undefined, value]))
    default:
      return [[mark.x, mark.y]]
  }
}

export function labelsOf(marks: readonly Mark[]): Label[] {
  return marks.flatMap((mark): Label[] => {
    if (mark.kind === 'line' && mark.label && mark.points.length > 0) {
      const [x, y] = mark.points[mark.points.length - 1]!
      return [{ x, y, content: mark.label, colour: mark.colour, place: 'end' }]
    }
    if (mark.kind === 'bar' && mark.label && mark.flat) {
      return [{ x: Math.max(mark.from, mark.to), y: mark.at, content: mark.label, colour: -1, place: 'right' }]
    }
    if (mark.kind === 'words') {
      return [{ x: mark.x, y: mark.y, content: mark.words, colour: mark.colour ?? -1, place: mark.place ?? 'above' }]
    }
    return []
  })
}

export function drawMark(mark: Mark, x: Scale, y: Scale): string {
  switch (mark.kind) {
    case 'line':
      return element('polyline', {
        points: path(mark.points, x, y),
        fill: 'none',
        class: `s${mark.colour}`,
        'stroke-width': 2,
        'stroke-linejoin': 'round',
        ...(mark.dashed ? { 'stroke-dasharray': '6 4' } : {}),
      })
    case 'band': {
      const low = mark.points.map(([at, value]): Point => [at, value])
      const high = mark.points.map(([at, , value]): Point => [at, value]).reverse()
      return element('polygon', {
        points: path([...low, ...high], x, y),
        class: `f${mark.colour}`,
        'fill-opacity': 0.16,
      })
    }
    case 'points':
      return mark.points
        .map(([px, py]) =>
          element('circle', {
            cx: x.at(px),
            cy: y.at(py),
            r: mark.size ?? 4,
            ...(mark.hollow
              ? { fill: 'none', class: `s${mark.colour}`, 'stroke-width': 1.8 }
              : { class: `f${mark.colour}`, 'fill-opacity': 0.8 }),
          }),
        )
        .join('')
    case 'bar':
      return drawBar(mark, x, y)
    case 'cell':
      return drawCell(mark, x, y)
    case 'rule':
      return drawRule(mark, x, y)
    case 'words':
      return ''
  }
}

function path(points: readonly Point[], x: Scale, y: Scale): string {
  return points.map(([px, py]) => `${x.at(px).toFixed(1)},${y.at(py).toFixed(1)}`).join(' ')
}

function drawBar(mark: Extract<Mark, { kind: 'bar' }>, x: Scale, y: Scale): string {
  const { at, from, to, colour, lane = 0, lanes = 1 } = mark
  const [across, along] = mark.flat ? [y, x] : [x, y]
  const room = Math.abs(across.at(1) - across.at(0)) * 0.72
  const thickness = room / lanes
  const start = across.at(at) - room / 2 + lane * thickness
  const [first, last] = [along.at(from), along.at(to)].sort((a, b) => a - b) as [number, number]
  const [width, height] = mark.flat ? [last - first, thickness - 1] : [thickness - 1, last - first]
  return element('rect', {
    x: mark.flat ? first : start,
    y: mark.flat ? start : first,
    width: Math.max(width, 0),
    height: Math.max(height, 0),
    class: `f${colour}`,
  })
}

function drawCell(mark: Extract<Mark, { kind: 'cell' }>, x: Scale, y: Scale): string {
  const width = Math.abs(x.at(1) - x.at(0))
  const height = Math.abs(y.at(1) - y.at(0))
  const left = x.at(mark.x) - width / 2
  const top = y.at(mark.y) - height / 2
  const box = { x: left + 2, y: top + 2, width: width - 4, height: height - 4, rx: 3 }
  return (
    element('rect', { ...box, class: `f${mark.colour}`, 'fill-opacity': 0.12 + 0.4 * mark.strength }) +
    (mark.outlined ? element('rect', { ...box, fill: 'none', class: `s${mark.colour}`, 'stroke-width': 2.5 }) : '') +
    mark.words
      .split('\n')
      .map((line, i, all) =>
        text(x.at(mark.x), y.at(mark.y) + 4 + (i - (all.length - 1) / 2) * 14, line, {
          class: 'ink',
          'font-size': sizes.note,
          'text-anchor': 'middle',
        }),
      )
      .join('')
  )
}

function drawRule(mark: Extract<Mark, { kind: 'rule' }>, x: Scale, y: Scale): string {
  const line = { class: 'frame', 'stroke-width': 1.2, 'stroke-dasharray': '3 3' }
  const words = { class: 'quiet halo', 'font-size': sizes.tick }
  if (mark.y !== undefined) {
    const at = y.at(mark.y)
    const ends = { x1: x.at(x.from), x2: x.at(x.to), y1: at, y2: at }
    return element('line', { ...ends, ...line }) + text(x.at(mark.at), at - 5, mark.words, words)
  }
  const at = x.at(mark.x ?? 0)
  const ends = { x1: at, x2: at, y1: y.at(y.from), y2: y.at(y.to) }
  return element('line', { ...ends, ...line }) + text(at + 5, y.at(mark.at), mark.words, words)
}
