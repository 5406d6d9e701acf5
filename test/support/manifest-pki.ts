/** Synthetic reference manifests in NVIDIA's XML, written canonically and signed under the test root of GPUs. */
import { createHash } from 'node:crypto'
import { signRaw } from '../../src/enclave/synthetic/keys.ts'
import { gpuMeasurement, manifestChain, manifestSigner } from './gpu-pki.ts'

export type ManifestRequest = {
  readonly version: string
  readonly product?: string
  /** By place, the golden values; what the synthetic GPU measures where none are given. */
  readonly golden: Readonly<Record<number, readonly Buffer[] | undefined>>
  /** Places that are listed and not compared. */
  readonly inactive?: readonly number[]
}

const ISO = 'http://standards.iso.org/iso/19770/-2/2015/schema.xsd'
const DS = 'http://www.w3.org/2000/09/xmldsig#'
const SHA384 = 'http://www.w3.org/2001/04/xmlenc#sha384'
const MORE = 'http://www.w3.org/2001/04/xmldsig-more'
const C14N = 'http://www.w3.org/2006/12/xml-c14n11'

export function manifestContent({ version, product = 'GH100', golden, inactive = [] }: ManifestRequest): string {
  const resource = (place: number, active: boolean, values: readonly Buffer[]) => {
    const hashes = values.map((value, i) => ` ns2:Hash${i}="${value.toString('hex')}"`).join('')
    const state = active ? 'True' : 'False'
    return `<Resource active="${state}" alternatives="${values.length}" index="${place}" size="48" type="Measurement"${hashes}></Resource>`
  }
  const places = Object.entries(golden).map(([place, values]) =>
    resource(Number(place), true, values ?? [gpuMeasurement(Number(place))]),
  )
  const others = inactive.map((place) => resource(place, false, [Buffer.alloc(48)]))
  const payload = `<Payload>${[...places, ...others].join('')}</Payload>`
  return `<SoftwareIdentity xmlns="${ISO}" xmlns:ns2="${SHA384}" name="${product}"><Meta colloquialVersion="${version}" product="${product}"></Meta>${payload}</SoftwareIdentity>`
}

/** Signs any content that is canonical already and closes with the outermost element. */
export function signedManifest(content: string): string {
  const digest = createHash('sha384').update(content, 'utf8').digest('base64')
  const transforms = [`${DS}enveloped-signature`, C14N].map(
    (algorithm) => `<ds:Transform Algorithm="${algorithm}"></ds:Transform>`,
  )
  const reference = `<ds:Reference URI=""><ds:Transforms>${transforms.join('')}</ds:Transforms><ds:DigestMethod Algorithm="${MORE}#sha384"></ds:DigestMethod><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference>`
  const body = `<ds:CanonicalizationMethod Algorithm="${C14N}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="${MORE}#ecdsa-sha384"></ds:SignatureMethod>${reference}</ds:SignedInfo>`
  // As it is canonical inside the document: with the names that the outermost element declares.
  const canonical = `<ds:SignedInfo xmlns="${ISO}" xmlns:ds="${DS}" xmlns:ns2="${SHA384}">${body}`
  const value = signRaw(manifestSigner.key, Buffer.from(canonical, 'utf8')).toString('base64')
  const certificates = manifestChain.map((der) => `<ds:X509Certificate>${der.toString('base64')}</ds:X509Certificate>`)
  const signature = `<ds:Signature xmlns:ds="${DS}"><ds:SignedInfo>${body}<ds:SignatureValue>${value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>${certificates.join('')}</ds:X509Data></ds:KeyInfo></ds:Signature>`
  return content.replace(/<\/SoftwareIdentity>$/, `${signature}</SoftwareIdentity>`)
}

export const syntheticManifest = (request: ManifestRequest): string => signedManifest(manifestContent(request))
