/** One line about the newest stage of a round. */
import pc from 'picocolors'
import { workProfileOf } from '../../circuits/circuits.ts'
import { tokens } from '../demo/table.ts'
import { type Challenged, isCommitted, isExecuted, isProven, isSampled, isSettled, isVouched } from '../round.ts'
import { rate } from './output.ts'

const short = (value: bigint): string => `0x${value.toString(16).padStart(64, '0').slice(0, 10)}…`

export function stageText(round: Challenged): string {
  const { challenge } = round
  if (!isExecuted(round)) return `challenged ${short(challenge.value)}`
  const { execution } = round
  if (!isCommitted(round)) {
    const { operationsPerStep } = workProfileOf(challenge.circuit)
    const speed = rate((execution.steps * operationsPerStep * 1000) / execution.elapsedMs)
    return `executed   ${execution.steps} steps, ${speed}, root ${short(execution.traceRoot)}`
  }
  if (!isSampled(round)) return `committed  gas ${round.commitment.gas}`
  if (!isProven(round)) return `sampled    seed ${short(round.samples.seed)}`
  if (!isVouched(round)) {
    const times = round.proofs.map(({ witnessMs, proveMs }) => `${((witnessMs + proveMs) / 1000).toFixed(1)} s`)
    return `proven     ${round.proofs.length} proof${round.proofs.length === 1 ? '' : 's'} in ${times.join(', ')}`
  }
  if (!isSettled(round)) {
    const { voucher } = round
    if ('absent' in voucher) return pc.dim(`unvouched  P = 0: ${voucher.absent}`)
    return `vouched    by its enclave, P = ${voucher.level}, gas ${voucher.gas}`
  }
  const { gas, operationsPerSecond, reward } = round.settlement
  return pc.green(`settled    gas ${gas}, W = ${rate(Number(operationsPerSecond))}, reward ${tokens(reward)}`)
}
