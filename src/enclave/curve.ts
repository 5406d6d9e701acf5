/** BabyJubJub (EIP-2494), the curve of the enclaves' keys. */
import { type BabyJubPoint, buildBabyjub } from 'circomlibjs'
import { FIELD_ORDER } from '../work/poseidon.ts'

/** Affine, twisted Edwards form. */
export type Point = readonly [x: bigint, y: bigint]

const curve = await buildBabyjub()
const field = curve.F

/** l: the prime order of the base point. */
export const SUBGROUP_ORDER = curve.subOrder
export const BASE_POINT: Point = read(curve.Base8)
/** Of the whole curve: 8 l. */
export const COFACTOR = 8n

export function add(p: Point, q: Point): Point {
  return read(curve.addPoint(write(p), write(q)))
}

/** Its time tells about the scalar: for references and tests, not for an enclave. */
export function multiply(p: Point, scalar: bigint): Point {
  return read(curve.mulPointEscalar(write(p), scalar))
}

export function isOnCurve(p: Point): boolean {
  return p.every((coordinate) => coordinate >= 0n && coordinate < FIELD_ORDER) && curve.inCurve(write(p))
}

export function isInSubgroup(p: Point): boolean {
  return isOnCurve(p) && curve.inSubgroup(write(p))
}

function read([x, y]: BabyJubPoint): Point {
  return [field.toObject(x), field.toObject(y)]
}

function write([x, y]: Point): BabyJubPoint {
  return [field.e(x), field.e(y)]
}
