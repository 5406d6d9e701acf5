/** Hints of the P-256 templates: what a prover adds to a signature so that the circuit need not search. */
import {
  add,
  addAlong,
  addComplete,
  basePoint,
  inverse,
  isOnCurve,
  modulo,
  multiply,
  n,
  negate,
  type Point,
  p,
  slope,
} from '../../circuits/p256/curve.ts'
import { constantKeys } from '../../circuits/p256/keys.ts'
import { balancedLimbs, unsignedLimbs } from '../../circuits/p256/limbs.ts'
import {
  COMB_BITS,
  combWindows,
  exceptionalScalar,
  JOINT_WINDOWS,
  jointWeights,
  OFFSET_SHIFT,
  OFFSET_WINDOWS,
  SCALAR_BITS,
} from '../../circuits/p256/shape.ts'
import { FIELD_ORDER, hash } from '../work/poseidon.ts'
import { type HalfSize, halfSize } from './half-size.ts'

/** `digest` is the hash of the message as a big-endian integer, not reduced. */
export type Signature = { readonly digest: bigint; readonly r: bigint; readonly s: bigint }
