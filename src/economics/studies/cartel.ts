/** Whether a cartel of lazy nodes earns more than honest ones, for every mix of samples, stake and control. */
import { renderChart } from '../chart/chart.ts'
import { combinations, type Outcome, round, type Study } from '../study.ts'

/** A sampled column of guessed outputs agrees by luck in all its sampled neurons (circuits/README.md §7.3). */
const luck = (neurons: number) => 4 ** -neurons

export const cartel: Study<'cartel'> = {
  jobs: ({ runs, study }) =>
    combinations(runs, {
      slash: study.slashes,
      reward: study.rewards,
      control: study.control,
      samples: study.samples,
      fraction: study.fractions,
    }),

  run({ study }, vary, random) {
    const { slash, reward, control, samples, fraction } = vary as Record<string, number>
    const catching = fraction! * (1 - luck(study.neuronsPerColumn))
    const trials = study.nodes * study.rounds
    let sampled = 0
    let caught = 0
    for (let trial = 0; trial < trials; trial++) {
      if (random.chance(control!)) continue
      sampled++
      for (let column = 0; column < samples!; column++) {
        if (!random.chance(catching)) continue
        caught++
        break
      }
    }
    // Beside an honest member: it saves the work in every round, and loses reward and stake in those where it is caught.
    const gain = fraction! * study.saved - (caught / trials) * (reward! + slash!)
    return { values: { gain, detection: sampled === 0 ? 0 : caught / sampled }, agentSteps: trials }
  },

  conclude(scenario, outcomes) {
    const { study } = scenario
    const settings = outcomes
      .filter(({ vary }) => Number(vary.run) === 0)
      .map((outcome) => pointOf(study.saved, outcome))
    const paying = settings.filter(({ gain }) => gain > 0)
    const losing = settings.filter(({ gain }) => gain <= 0)
    const wrongSide = settings.filter(({ ratio, detection, gain }) => gain > 0 !== detection * ratio < 1)
    const drawn = settings.filter(({ ratio }) => ratio > 0)
    const most = Math.max(...drawn.map(({ ratio }) => ratio))
    const floor = 0.003
    const curve = Array.from({ length: 60 }, (_, i): [number, number] => {
      const ratio = (most * 1.2) ** (i / 59)
      return [ratio, 1 / ratio]
    }).filter(([, p]) => p >= floor)
    const points = (from: typeof settings): [number, number][] =>
      from.filter(({ ratio }) => ratio > 0.3).map(({ ratio, detection }) => [ratio, Math.max(detection, floor)])
    const rows = study.slashes.map((slash) => {
      const these = settings.filter((setting) => setting.slash === slash)
      const pays = these.filter(({ gain }) => gain > 0)
      return [
        slash,
        `${pays.length} of ${these.length}`,
        round(Math.max(...these.map(({ gain }) => gain))),
        round(Math.max(0, ...pays.map(({ fraction }) => fraction))),
        round(Math.min(...these.map(({ gain }) => gain))),
      ]
    })
    return {
      finding: `Cheating pays in ${paying.length} of ${settings.length} settings, and ${wrongSide.length === 0 ? 'every one' : `all but ${wrongSide.length}`} of them lies where p < f C / ((1 − r)(R + S)); with S = ${study.slashes.at(-1)} days of value it pays in ${settings.filter(({ slash, gain }) => slash === study.slashes.at(-1) && gain > 0).length}.`,
      figures: {
        'settings that pay': paying.length,
        settings: settings.length,
        'settings on the wrong side of the curve': wrongSide.length,
      },
      table: {
        columns: [
          'S (days of value)',
          'settings that pay',
          'best gain a round (days)',
          'largest f that pays',
          'worst gain a round (days)',
        ],
        rows,
      },
      charts: [
        {
          name: 'break-even',
          svg: renderChart({
            title: `Lazy nodes profit where p < f C / ((1 − r)(R + S))${wrongSide.length === 0 ? ', and nowhere else' : `: all but ${wrongSide.length} settings`}`,
            note: `Each point is a cartel of ${study.nodes} members over ${study.rounds} rounds: f = ${study.fractions.join(', ')} of the work left out; n = ${study.samples.join(', ')} sampled columns; S = ${study.slashes.join(', ')} and R = ${study.rewards.join(', ')} days of value; r = ${study.control.join(', ')} of the samples under the cartel's control. Height is the measured share of sampled rounds that were caught (at least ${floor} drawn).`,
            x: { label: 'what is at stake over what cheating saves: (1 − r)(R + S) / (f C)', scale: 'log', from: 0.3 },
            y: { label: 'chance to be caught in a sampled round, p', scale: 'log', from: floor, to: 1 },
            legend: [
              { colour: 1, label: 'cheating earned more than honesty' },
              { colour: 0, label: 'cheating earned less', hollow: true },
            ],
            marks: [
              { kind: 'points', points: points(losing), colour: 0, hollow: true, size: 3 },
              { kind: 'points', points: points(paying), colour: 1, size: 3.5 },
              { kind: 'line', points: curve, colour: 5 },
              {
                kind: 'words',
                x: curve.at(-1)![0] * 0.85,
                y: curve.at(-1)![1] * 1.1,
                words: 'break-even',
                place: 'left',
              },
            ],
          }),
        },
        gainChart(scenario.study, settings),
      ],
    }
  },
}

type Setting = ReturnType<typeof pointOf>

function pointOf(saved: number, { vary, values }: Outcome) {
  const { slash, reward, control, samples, fraction } = vary as Record<
    'slash' | 'reward' | 'control' | 'samples' | 'fraction',
    number
  >
  const { gain = 0, detection = 0 } = values
  return {
    slash,
    samples,
    fraction,
    reward,
    control,
    gain,
    detection,
    ratio: ((1 - control) * (reward + slash)) / (fraction * saved),
  }
}

/** The gain of leaving out a part, where little is at stake: many samples are what small parts need. */
function gainChart(
  study: { slashes: number[]; rewards: number[]; control: number[]; samples: number[] },
  settings: readonly Setting[],
) {
  const slash = study.slashes[Math.min(1, study.slashes.length - 1)]!
  const reward = study.rewards[0]!
  const control = study.control[Math.min(1, study.control.length - 1)]!
  const of = (samples: number) =>
    settings.filter((s) => s.slash === slash && s.reward === reward && s.control === control && s.samples === samples)
  const most = Math.max(...study.samples)
  return {
    name: 'gain',
    svg: renderChart({
      title: `Samples cannot replace stake: with S = ${slash} days, leaving out everything gains ${round(Math.max(...of(most).map(({ gain }) => gain)))} days a round even at n = ${most}`,
      note: `Gain of a lazy node over an honest one, in days of a node's value a round, with only S = ${slash} and R = ${reward} days at stake and r = ${control}: a deliberately weak setting. Above the line cheating pays.`,
      x: { label: 'share of the outputs left out, f', scale: 'log' },
      y: { label: 'gain a round (days of value)' },
      marks: [
        { kind: 'rule', y: 0, words: 'honest', at: Math.min(...settings.map(({ fraction }) => fraction)) },
        ...study.samples.map((samples, i) => ({
          kind: 'line' as const,
          points: of(samples).map(({ fraction, gain }): [number, number] => [fraction, gain]),
          colour: i % 6,
          label: `n = ${samples}`,
        })),
      ],
    }),
  }
}
