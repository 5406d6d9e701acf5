/** One HTML file with findings, tables and charts: it opens anywhere and asks no server for anything. */
import { escaped, styleSheet } from './chart/svg.ts'
import type { Simulation } from './simulate.ts'
import type { Table } from './study.ts'

export function renderReport(simulations: readonly Simulation[]): string {
  const sections = simulations.map(
    ({ name, scenario, seed, finding, table, charts }) => `<section id="${escaped(name)}">
<h2>${escaped(scenario.title)}</h2>
<p class="question">${escaped(scenario.question)}</p>
<p class="finding">${escaped(finding)}</p>
${charts.map(({ svg }) => `<figure>${svg.replace(styleSheet(), '')}</figure>`).join('\n')}
${renderTable(table)}
<p class="small">Source: ${escaped(scenario.source)}</p>
<p class="small">Fitted: ${escaped(scenario.fitted.join('; ') || 'nothing')}. Everything else in the parameters is assumed, every output predicted. Again: <code>pocps simulate ${escaped(name)} --seed ${seed} --runs ${scenario.runs}</code></p>
<details><summary>Parameters</summary><pre>${escaped(JSON.stringify(scenario, undefined, 2))}</pre></details>
</section>`,
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>pocps: the market, simulated</title>
${styleSheet()}
<style>
body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;max-width:940px;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
svg{max-width:100%;height:auto;border-radius:6px}figure{margin:1rem 0}
.finding{font-weight:600}.question{font-style:italic}.small{font-size:13px;opacity:.75}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .7rem;border-bottom:1px solid #8884;text-align:right}th:first-child,td:first-child{text-align:left}
.wide{overflow-x:auto}nav a{margin-right:1rem}
</style></head><body>
<h1>The market, simulated</h1>
<nav>${simulations.map(({ name }) => `<a href="#${escaped(name)}">${escaped(name)}</a>`).join('')}</nav>
${sections.join('\n')}
</body></html>
`
}

function renderTable({ columns, rows }: Table): string {
  const cells = (tag: string, row: readonly (string | number)[]) =>
    row.map((cell) => `<${tag}>${escaped(String(cell))}</${tag}>`).join('')
  return `<div class="wide"><table><thead><tr>${cells('th', columns)}</tr></thead><tbody>${rows
    .map((row) => `<tr>${cells('td', row)}</tr>`)
    .join('\n')}</tbody></table></div>`
}
