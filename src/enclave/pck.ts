/** What Intel certifies about a platform: the SGX extension of its PCK certificate. */
import { fromBER, Integer, ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import type { ParsedCertificate } from './certificate.ts'
import { AppraisalError } from './errors.ts'

export type PckIdentity = {
  /** Stable for the life of the platform's keys; private. */
  readonly ppid: Buffer
  readonly fmspc: Buffer
  readonly pceId: Buffer
  readonly pceSvn: number
  /** 16 component SVNs, and the raw CPUSVN that they decode. */
  readonly components: readonly number[]
  readonly cpuSvn: Buffer
  /** 0 standard, 1 scalable, 2 scalable with integrity. */
  readonly sgxType: number
  /** Only a Platform CA certifies it. */
  readonly platformInstanceId?: Buffer
}

const SGX = '1.2.840.113741.1.13.1'
const COMPONENTS = 16
/** Known parts of the extension. A part that is not known is not read; the signature covers it. */
const part = {
  ppid: `${SGX}.1`,
  tcb: `${SGX}.2`,
  pceId: `${SGX}.3`,
  fmspc: `${SGX}.4`,
  sgxType: `${SGX}.5`,
  platformInstanceId: `${SGX}.6`,
  pceSvn: `${SGX}.2.17`,
  cpuSvn: `${SGX}.2.18`,
} as const

type Value = Sequence['valueBlock']['value'][number]

const malformed = (detail: string, options?: ErrorOptions) =>
  new AppraisalError('CERTIFICATE_MALFORMED', `the PCK certificate's SGX extension is malformed: ${detail}`, options)

/** A platform's certificate comes with each of its quotes. */
const known = new WeakMap<ParsedCertificate, PckIdentity>()

/** @throws {AppraisalError} CERTIFICATE_MALFORMED */
export function readPck(certificate: ParsedCertificate): PckIdentity {
  const identity = known.get(certificate) ?? decode(certificate)
  known.set(certificate, identity)
  return identity
}

function decode(certificate: ParsedCertificate): PckIdentity {
  const extension = certificate.extensions.get(SGX)
  if (!extension) throw malformed('it is absent')
  const fields = members(decodeDer(extension))
  const tcb = members(required(fields, part.tcb))
  const cpuSvn = octets(required(tcb, part.cpuSvn), 16)
  const components = Array.from({ length: COMPONENTS }, (_, i) => whole(required(tcb, `${part.tcb}.${i + 1}`), 0xff))
  const instance = fields.get(part.platformInstanceId)
  return {
    ppid: octets(required(fields, part.ppid), 16),
    fmspc: octets(required(fields, part.fmspc), 6),
    pceId: octets(required(fields, part.pceId), 2),
    pceSvn: whole(required(tcb, part.pceSvn), 0xffff),
    components,
    cpuSvn,
    sgxType: whole(required(fields, part.sgxType), 2),
    ...(instance && { platformInstanceId: octets(instance, 16) }),
  }
}

/** Deep nesting ends in a RangeError. */
function decodeDer(bytes: Buffer): Value {
  try {
    const { offset, result } = fromBER(bytes)
    if (offset === bytes.length) return result
  } catch (cause) {
    throw malformed('it is no DER', { cause })
  }
  throw malformed('it is no DER')
}

/** A sequence of (object identifier, value) pairs, each identifier once. */
function members(value: Value): ReadonlyMap<string, Value> {
  if (!(value instanceof Sequence)) throw malformed('a sequence is expected')
  const pairs = value.valueBlock.value.map((item): [string, Value] => {
    const [id, content, ...more] = item instanceof Sequence ? item.valueBlock.value : []
    if (!(id instanceof ObjectIdentifier) || !content || more.length > 0) throw malformed('a pair is expected')
    return [id.valueBlock.toString(), content]
  })
  const map = new Map(pairs)
  if (map.size !== pairs.length) throw malformed('a field occurs twice')
  return map
}

function required(fields: ReadonlyMap<string, Value>, id: string): Value {
  const value = fields.get(id)
  if (!value) throw malformed(`field ${id} is absent`)
  return value
}

function octets(value: Value, length: number): Buffer {
  const bytes = value instanceof OctetString ? Buffer.from(value.getValue()) : Buffer.alloc(0)
  if (bytes.length !== length) throw malformed(`${length} bytes are expected`)
  return bytes
}

/** Enumerated values are integers too. */
function whole(value: Value, most: number): number {
  const number = value instanceof Integer && !value.valueBlock.isHexOnly ? value.valueBlock.valueDec : -1
  if (number < 0 || number > most) throw malformed(`a number up to ${most} is expected`)
  return number
}
