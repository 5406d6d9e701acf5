/** SVG as text: elements, escaping, line breaks, and the one style sheet for light and dark. */

export type Attributes = Readonly<Record<string, string | number>>

export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? pixel(value) : value)}"`,
  )
  return content === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(content))
}

export function escaped(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}

/** Two decimals are finer than any screen and keep files small. */
function pixel(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** Width of a text, generously: no font is at hand to measure with. */
export function widthOf(content: string, size: number): number {
  return content.length * size * 0.58
}

/** Breaks a text into lines that fit `width`. */
export function wrapped(content: string, width: number, size: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of content.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && widthOf(longer, size) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return line === '' ? lines : [...lines, line]
}

/** Colours that differ also to the colour-blind (Okabe and Ito), one for light and one for dark grounds. */
export const palette: readonly (readonly [light: string, dark: string])[] = [
  ['#0072b2', '#56b4e9'],
  ['#d55e00', '#ff8c42'],
  ['#00815c', '#2fc79a'],
  ['#a8568c', '#e29ac6'],
  ['#9a6a00', '#e6b422'],
  ['#5f6b76', '#aab4be'],
]

export const sizes = { title: 18, label: 13, tick: 12, note: 11.5 } as const

/** Both grounds are in the file: it follows the reader's setting, and prints light. */
export function styleSheet(): string {
  const rules = (ground: 0 | 1) => {
    const [paper, ink, quiet, line] =
      ground === 0 ? ['#ffffff', '#1b2228', '#55606a', '#d9dee3'] : ['#14181c', '#e8edf2', '#a3adb7', '#353d45']
    return [
      `.paper{fill:${paper}}`,
      `.halo{stroke:${paper};stroke-width:3px;paint-order:stroke;stroke-linejoin:round}`,
      `.ink{fill:${ink}}.quiet{fill:${quiet}}.grid{stroke:${line}}.frame{stroke:${quiet}}`,
      ...palette.map((pair, i) => `.f${i}{fill:${pair[ground]}}.s${i}{stroke:${pair[ground]}}`),
    ].join('')
  }
  return `<style>text{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}${rules(0)}@media (prefers-color-scheme:dark){${rules(1)}}</style>`
}
