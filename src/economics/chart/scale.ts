/** Axes: from data to pixels, and the round numbers that are written beside them. */

export type Axis = {
  /** What is measured, with its unit. */
  readonly label: string
  readonly scale?: 'linear' | 'log'
  /** Found from the data where it is not given. */
  readonly from?: number
  readonly to?: number
  /** Names instead of numbers: value i is the i-th name. */
  readonly categories?: readonly string[]
  readonly format?: (value: number) => string
}

export type Scale = {
  readonly at: (value: number) => number
  readonly ticks: readonly { readonly value: number; readonly text: string }[]
  readonly from: number
  readonly to: number
}

/** A scale from `low` to `high` pixels that holds all `values`. */
export function scaleOf(axis: Axis, values: readonly number[], low: number, high: number): Scale {
  if (axis.categories) return categorical(axis.categories, low, high)
  const finite = values.filter((value) => Number.isFinite(value) && (axis.scale !== 'log' || value > 0))
  const least = axis.from ?? Math.min(...finite)
  const most = axis.to ?? Math.max(...finite)
  return axis.scale === 'log' ? logarithmic(axis, least, most, low, high) : linear(axis, least, most, low, high)
}

function categorical(names: readonly string[], low: number, high: number): Scale {
  const step = (high - low) / names.length
  return {
    at: (value) => low + step * (value + 0.5),
    ticks: names.map((text, value) => ({ value, text })),
    from: -0.5,
    to: names.length - 0.5,
  }
}

function linear(axis: Axis, least: number, most: number, low: number, high: number): Scale {
  const span = most - least || Math.abs(most) || 1
  const step = niceStep(span / 5)
  const from = axis.from ?? Math.floor(least / step) * step
  const to = axis.to ?? Math.ceil(most / step) * step
  const format = axis.format ?? ((value: number) => plain(value, step))
  const ticks = []
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
    ticks.push({ value: i * step, text: format(i * step) })
  }
  return { at: (value) => low + ((value - from) / (to - from || 1)) * (high - low), ticks, from, to }
}

function logarithmic(axis: Axis, least: number, most: number, low: number, high: number): Scale {
  const from = axis.from ?? 10 ** Math.floor(Math.log10(least) + 1e-9)
  const to = axis.to ?? 10 ** Math.ceil(Math.log10(most) - 1e-9)
  const format = axis.format ?? ((value: number) => plain(value, value))
  const decades = Math.log10(to / from)
  const steps = decades <= 1.5 ? [1, 2, 5] : decades <= 3.5 ? [1, 3] : [1]
  const ticks = []
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
    for (const step of steps) {
      const value = step * 10 ** power
      if (value >= from * 0.999 && value <= to * 1.001) ticks.push({ value, text: format(value) })
    }
  }
  const at = (value: number) =>
    low + (Math.log(Math.max(value, from / 10) / from) / Math.log(to / from || 2)) * (high - low)
  return { at, ticks, from, to }
}

/** 1, 2 or 5 times a power of ten, not below `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  return power * ([1, 2, 5, 10].find((step) => step * power >= rough * 0.999) ?? 10)
}

/** With as many decimals as `step` has. */
export function plain(value: number, step: number): string {
  if (Math.abs(value) >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(Math.abs(step) || 1) + 1e-9)))
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${value < 0 ? '−' : ''}${grouped}${fraction ? `.${fraction}` : ''}`
}
