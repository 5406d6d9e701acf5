/** NVIDIA's reference manifests (RIM): the golden measurements of a driver or a VBIOS, and the comparison with a GPU's. */
import { AppraisalError } from './errors.ts'
import type { GpuReport } from './gpu-report.ts'
import { malformedManifest, parseXml, verifyManifestSignature } from './manifest-signature.ts'
import type { Trust } from './roots.ts'
import type { XmlElement } from './xml.ts'

export type Manifest = {
  /** Such as GH100. */
  readonly product: string
  /** Of the driver or the VBIOS, as the GPU reports it. */
  readonly version: string
  /** By place from 0: the values of which one must be measured. Places that are not here may hold anything. */
  readonly golden: ReadonlyMap<number, readonly Buffer[]>
}

/** Signer, issuer, family, root. */
const CHAIN_LENGTH = 4
const SOFTWARE_ID = 'http://standards.iso.org/iso/19770/-2/2015/schema.xsd'
const SHA384 = 'http://www.w3.org/2001/04/xmlenc#sha384'
const MOST_PLACES = 255
const MOST_ALTERNATIVES = 64
/** The place of the video decoder: it is not measured where the decoder is off. */
const NVDEC0 = 35

/** @throws {AppraisalError} of the GPU_MANIFEST_ and CERTIFICATE_ kinds */
export function verifyManifest(xml: string, trust: Trust, now: Date): Manifest {
  const rules = { roots: trust.nvidiaManifests, algorithm: 'ecdsa-p384-sha384', length: CHAIN_LENGTH, now } as const
  const root = parseXml(verifyManifestSignature(xml, rules))
  if (root.localName !== 'SoftwareIdentity' || root.namespaceURI !== SOFTWARE_ID) {
    throw malformedManifest(`its outermost element is ${root.localName}`)
  }
  const [meta] = Array.from(root.getElementsByTagNameNS(SOFTWARE_ID, 'Meta'))
  const product = meta?.getAttribute('product')
  const version = meta?.getAttribute('colloquialVersion')
  if (!product || !version) throw malformedManifest('it names no product or version')
  return { product, version, golden: goldenOf(root) }
}

function goldenOf(root: XmlElement): Manifest['golden'] {
  const golden = new Map<number, readonly Buffer[]>()
  for (const resource of Array.from(root.getElementsByTagNameNS(SOFTWARE_ID, 'Resource'))) {
    const active = resource.getAttribute('active')
    if (resource.getAttribute('type') !== 'Measurement' || (active !== 'True' && active !== 'False')) {
      throw malformedManifest('a resource is no measurement')
    }
    if (active === 'False') continue
    const place = whole(resource.getAttribute('index'), MOST_PLACES)
    if (golden.has(place)) throw malformedManifest(`place ${place} occurs twice`)
    const count = whole(resource.getAttribute('alternatives'), MOST_ALTERNATIVES)
    const size = whole(resource.getAttribute('size'), 64)
    const values = Array.from({ length: count }, (_, i) => resource.getAttributeNS(SHA384, `Hash${i}`) ?? '')
    if (count === 0 || !values.every((value) => new RegExp(`^[0-9a-f]{${2 * size}}$`, 'i').test(value))) {
      throw malformedManifest(`place ${place} has no ${count} values of ${size} bytes`)
    }
    golden.set(
      place,
      values.map((value) => Buffer.from(value, 'hex')),
    )
  }
  if (golden.size === 0) throw malformedManifest('it measures nothing')
  return golden
}

/**
 * Demands that a GPU measures what the manifests of its driver and of its VBIOS say, place by place.
 *
 * @throws {AppraisalError} GPU_MANIFEST_MISMATCH: not its driver's and its VBIOS's; GPU_MEASUREMENT_MISMATCH
 */
export function requireMeasured(report: GpuReport, chip: string, manifests: readonly Manifest[]): void {
  const wanted = [report.driverVersion, report.vbiosVersion]
  const found = wanted.map((version) => manifests.find((each) => each.product === chip && each.version === version))
  const [driver, vbios] = found
  if (!driver || !vbios || manifests.length !== 2) {
    const given = manifests.map(({ product, version }) => `${product} ${version}`).join(', ')
    throw new AppraisalError(
      'GPU_MANIFEST_MISMATCH',
      `the GPU is a ${chip} with driver ${wanted[0]} and VBIOS ${wanted[1]}; the manifests are of ${given}`,
    )
  }
  const both = [...driver.golden.keys()].find((place) => vbios.golden.has(place))
  if (both !== undefined) {
    throw new AppraisalError('GPU_MANIFEST_MISMATCH', `both manifests claim the measurement at place ${both}`)
  }
  for (const [place, values] of [...driver.golden, ...vbios.golden]) {
    if (place === NVDEC0 && report.decoderDisabled) continue
    // Reports count from 1.
    const measured = report.measurements.find(({ index }) => index === place + 1)?.value
    if (measured && values.some((value) => value.equals(measured))) continue
    throw new AppraisalError(
      'GPU_MEASUREMENT_MISMATCH',
      `at place ${place} the GPU measured ${measured?.toString('hex') ?? 'nothing'}, which no manifest names`,
    )
  }
}

function whole(text: string | null, most: number): number {
  if (text !== null && /^\d{1,5}$/.test(text) && Number(text) <= most) return Number(text)
  throw malformedManifest(`${text} is no number up to ${most}`)
}
