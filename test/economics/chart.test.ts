/** Charts: well-formed, within their frame, readable on light and dark, and free of text that runs into text. */
import assert from 'node:assert/strict'
import { type Chart, renderChart } from '../../src/economics/chart/chart.ts'
import { plain, scaleOf } from '../../src/economics/chart/scale.ts'
import { escaped, wrapped } from '../../src/economics/chart/svg.ts'

const chart: Chart = {
  title: 'Prices <fall> & "rise"',
  note: 'A note.',
  x: { label: 'days' },
  y: { label: 'price', from: 0 },
  marks: [
    {
      kind: 'line',
      points: [
        [0, 1],
        [10, 2],
      ],
      colour: 0,
      label: 'first',
    },
    {
      kind: 'line',
      points: [
        [0, 2],
        [10, 2.01],
      ],
      colour: 1,
      label: 'second',
      dashed: true,
    },
    {
      kind: 'line',
      points: [
        [0, 3],
        [10, 2.02],
      ],
      colour: 2,
      label: 'third',
    },
    {
      kind: 'band',
      points: [
        [0, 0.5, 1.5],
        [10, 1.5, 2.5],
      ],
      colour: 0,
    },
    { kind: 'points', points: [[5, 1.2]], colour: 3, hollow: true },
    { kind: 'rule', y: 1, words: 'limit', at: 0 },
    { kind: 'rule', x: 5, words: 'event', at: 1 },
    { kind: 'words', x: 10, y: 0.2, words: 'a label at the right edge', place: 'right' },
  ],
  legend: [{ colour: 3, label: 'points', hollow: true }],
}

/** Opening and closing tags match. */
function wellFormed(svg: string): boolean {
  const open: string[] = []
  for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/gi)) {
    if (self) continue
    if (!close) open.push(name!)
    else if (open.pop() !== name) return false
  }
  return open.length === 0
}

const texts = (svg: string) =>
  [...svg.matchAll(/<text x="([\d.-]+)" y="([\d.-]+)"([^>]*)>([^<]*)</g)].map(([, x, y, rest, content]) => {
    const size = Number(/font-size="([\d.]+)"/.exec(rest!)?.[1] ?? 12)
    const width = content!.length * size * 0.5
    const anchor = /text-anchor="(\w+)"/.exec(rest!)?.[1] ?? 'start'
    const left = Number(x) - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0)
    return { content: content!, left, right: left + width, y: Number(y), turned: rest!.includes('rotate') }
  })

describe('a chart', () => {
  const svg = renderChart(chart)

  it('is one well-formed file that loads nothing, with its words escaped', () => {
    assert.ok(wellFormed(svg))
    assert.match(svg, /Prices &lt;fall&gt; &amp; &quot;rise&quot;/)
    assert.doesNotMatch(svg, /href|url\(|@import|<script/)
  })

  it('has colours for light and for dark grounds', () => {
    assert.match(svg, /prefers-color-scheme:dark/)
    for (const name of ['paper', 'ink', 'quiet', 'grid', 'f0', 's1']) {
      assert.equal(svg.split(new RegExp(`\\.${name}\\{`)).length - 1, 2, name)
    }
  })

  it('keeps every word inside the frame', () => {
    const width = Number(/viewBox="0 0 (\d+)/.exec(svg)![1])
    for (const { content, left, right, turned } of texts(svg)) {
      if (!turned) assert.ok(left >= 0 && right <= width, `${content}: ${left} to ${right}`)
    }
  })

  it('pushes labels of lines apart that end at one place', () => {
    const ends = texts(svg).filter(({ content }) => ['first', 'second', 'third'].includes(content))
    const ys = ends.map(({ y }) => y).sort((a, b) => a - b)
    assert.equal(ys.length, 3)
    assert.ok(ys[1]! - ys[0]! >= 15 && ys[2]! - ys[1]! >= 15, String(ys))
  })

  it('draws bars that lie, and cells with two lines', () => {
    const bars = renderChart({
      ...chart,
      y: { label: '', categories: ['a', 'b'] },
      marks: [
        { kind: 'bar', at: 0, from: 0, to: 3, colour: 0, flat: true, label: '3' },
        { kind: 'bar', at: 1, from: -1, to: 0, colour: 1, flat: true },
      ],
    })
    assert.ok(wellFormed(bars))
    assert.equal(bars.match(/<rect [^>]*class="f[01]"/g)!.length, 2)
    const cells = renderChart({
      ...chart,
      x: { label: 'x', categories: ['a'] },
      y: { label: 'y', categories: ['b'] },
      marks: [{ kind: 'cell', x: 0, y: 0, colour: 2, strength: 1, words: 'one\ntwo', outlined: true }],
    })
    assert.match(cells, />one</)
    assert.match(cells, />two</)
  })

  it('puts round numbers on its axes', () => {
    const linear = scaleOf({ label: '' }, [0.13, 0.87], 0, 100)
    assert.deepEqual(
      linear.ticks.map(({ text }) => text),
      ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0'],
    )
    const logarithmic = scaleOf({ label: '', scale: 'log' }, [2, 700], 0, 100)
    assert.deepEqual(
      logarithmic.ticks.map(({ text }) => text),
      ['1', '3', '10', '30', '100', '300', '1,000'],
    )
    assert.equal(logarithmic.at(1), 0)
    assert.ok(Math.abs(logarithmic.at(1000) - 100) < 1e-9)
    assert.equal(plain(-12345, 1), '−12,345')
    assert.equal(plain(2_500_000, 1), '2.5 M')
  })

  it('survives data without extent', () => {
    assert.ok(wellFormed(renderChart({ ...chart, marks: [{ kind: 'points', points: [[1, 1]], colour: 0 }] })))
  })

  it('breaks long lines between words', () => {
    assert.deepEqual(wrapped('one two three', 50, 10), ['one two', 'three'])
    assert.equal(escaped('<&">'), '&lt;&amp;&quot;&gt;')
  })
})
