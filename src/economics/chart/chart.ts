/** Charts as self-contained SVG: what is drawn, and where everything goes. */
import { drawMark, type Label, labelsOf, type Mark, valuesOf } from './marks.ts'
import { type Axis, type Scale, scaleOf } from './scale.ts'
import { element, escaped, sizes, styleSheet, text, widthOf, wrapped } from './svg.ts'

export type { Mark } from './marks.ts'
export type { Axis } from './scale.ts'

export type Chart = {
  /** States the finding. */
  readonly title: string
  /** How to read it: inputs, what a line or a point is. */
  readonly note: string
  readonly x: Axis
  readonly y: Axis
  readonly marks: readonly Mark[]
  /** Colours that need naming because no mark carries its label. */
  readonly legend?: readonly { readonly colour: number; readonly label: string; readonly hollow?: boolean }[]
}

const WIDTH = 900
const PLOT_HEIGHT = 380
const EDGE = 24

export function renderChart(chart: Chart): string {
  const title = wrapped(chart.title, WIDTH - 2 * EDGE, sizes.title)
  const notes = wrapped(chart.note, WIDTH - 2 * EDGE, sizes.note)
  const labels = labelsOf(chart.marks)
  const endLabels = labels.filter(({ place }) => place === 'end')

  const titleBottom = EDGE + title.length * 23
  const legend = chart.legend ?? []
  const top = titleBottom + (legend.length > 0 ? 34 : 14) + 16
  const bottom = top + PLOT_HEIGHT
  const values = valuesOf(chart.marks)
  const y = scaleOf(chart.y, values.y, bottom, top)
  const left = EDGE + 8 + Math.max(...y.ticks.map((tick) => widthOf(tick.text, sizes.tick)), 20) + 22
  const right = WIDTH - EDGE - Math.max(0, ...endLabels.map(({ content }) => widthOf(content, sizes.label) + 8))
  const wide = scaleOf(chart.x, values.x, left, right)
  // Words to the right of a mark must not leave the picture.
  const beyond = labels
    .filter(({ place }) => place === 'right')
    .map((label) => wide.at(label.x) + 12 + widthOf(label.content, sizes.tick) - (WIDTH - EDGE))
  const x = scaleOf(chart.x, values.x, left, right - Math.max(0, ...beyond))
  const height = bottom + 52 + notes.length * 16 + EDGE

  const body = [
    element('rect', { x: 0, y: 0, width: WIDTH, height, class: 'paper' }),
    ...title.map((line, i) =>
      text(EDGE, EDGE + 15 + i * 23, line, { class: 'ink', 'font-size': sizes.title, 'font-weight': 600 }),
    ),
    drawLegend(legend, titleBottom + 18),
    drawAxes(chart, x, y, { left, right: right - Math.max(0, ...beyond), top, bottom }),
    ...chart.marks.map((mark) => drawMark(mark, x, y)),
    ...drawLabels(labels, x, y, { right, top, bottom }),
    ...notes.map((line, i) => text(EDGE, bottom + 70 + i * 16, line, { class: 'quiet', 'font-size': sizes.note })),
  ]
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${Math.round(height)}" width="${WIDTH}" height="${Math.round(height)}" role="img">` +
    `<title>${escaped(chart.title)}</title><desc>${escaped(chart.note)}</desc>${styleSheet()}${body.join('\n')}</svg>\n`
  )
}

type Frame = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }

function drawAxes(chart: Chart, x: Scale, y: Scale, { left, right, top, bottom }: Frame): string {
  const parts: string[] = []
  for (const tick of y.ticks) {
    const at = y.at(tick.value)
    if (!chart.y.categories) parts.push(element('line', { x1: left, x2: right, y1: at, y2: at, class: 'grid' }))
    parts.push(text(left - 8, at + 4, tick.text, { class: 'quiet', 'font-size': sizes.tick, 'text-anchor': 'end' }))
  }
  for (const tick of x.ticks) {
    const at = x.at(tick.value)
    if (!chart.x.categories) parts.push(element('line', { x1: at, x2: at, y1: bottom, y2: bottom + 5, class: 'frame' }))
    parts.push(text(at, bottom + 19, tick.text, { class: 'quiet', 'font-size': sizes.tick, 'text-anchor': 'middle' }))
  }
  parts.push(element('line', { x1: left, x2: right, y1: bottom, y2: bottom, class: 'frame' }))
  const middle = (top + bottom) / 2
  parts.push(
    text((left + right) / 2, bottom + 42, chart.x.label, {
      class: 'ink',
      'font-size': sizes.label,
      'text-anchor': 'middle',
    }),
  )
  parts.push(
    text(EDGE, middle, chart.y.label, {
      class: 'ink',
      'font-size': sizes.label,
      'text-anchor': 'middle',
      transform: `rotate(-90 ${EDGE} ${middle})`,
    }),
  )
  return parts.join('')
}

function drawLegend(legend: NonNullable<Chart['legend']>, y: number): string {
  let x = EDGE
  return legend
    .map(({ colour, label, hollow }) => {
      const swatch = hollow
        ? element('circle', { cx: x + 6, cy: y - 4, r: 5, class: `s${colour}`, fill: 'none', 'stroke-width': 2 })
        : element('rect', { x, y: y - 10, width: 12, height: 12, rx: 2, class: `f${colour}` })
      const drawn = swatch + text(x + 18, y, label, { class: 'ink', 'font-size': sizes.tick })
      x += 18 + widthOf(label, sizes.tick) + 22
      return drawn
    })
    .join('')
}

/** Labels at line ends are pushed apart; the others stay where they were put. */
function drawLabels(labels: readonly Label[], x: Scale, y: Scale, frame: Omit<Frame, 'left'>): string[] {
  const ends = labels
    .filter(({ place }) => place === 'end')
    .map((label) => ({ label, at: Math.min(Math.max(y.at(label.y), frame.top + 6), frame.bottom - 4) }))
    .sort((a, b) => a.at - b.at)
  for (let i = 1; i < ends.length; i++) ends[i]!.at = Math.max(ends[i]!.at, ends[i - 1]!.at + 16)
  for (let i = ends.length - 1, limit = frame.bottom + 6; i >= 0; i--, limit = ends[i + 1]!.at - 16) {
    ends[i]!.at = Math.min(ends[i]!.at, limit)
  }
  const drawn = ends.map(({ label, at }) =>
    text(frame.right + 6, at + 4, label.content, {
      class: `f${label.colour} halo`,
      'font-size': sizes.label,
      'font-weight': 600,
    }),
  )
  const placed = labels
    .filter(({ place }) => place !== 'end')
    .map(({ content, colour, place, ...point }) =>
      text(
        x.at(point.x) + (place === 'right' ? 8 : place === 'left' ? -8 : 0),
        y.at(point.y) + (place === 'above' ? -9 : 4),
        content,
        {
          class: `${colour < 0 ? 'ink' : `f${colour}`} halo`,
          'font-size': sizes.tick,
          'font-weight': 600,
          'text-anchor': place === 'right' ? 'start' : place === 'left' ? 'end' : 'middle',
        },
      ),
    )
  return [...drawn, ...placed]
}
