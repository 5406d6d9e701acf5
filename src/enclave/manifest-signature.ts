/** The signature inside an XML reference manifest: one enveloped signature over the whole, in the one form that NVIDIA uses. */
import { createHash } from 'node:crypto'
import { type ParsedCertificate, parseCertificates } from './certificate.ts'
import { type ChainRules, verifyChain } from './chain.ts'
import { AppraisalError } from './errors.ts'
import { encodePem } from './pem.ts'
import { rawSignatureHolds } from './signature.ts'
import { C14nCanonicalization, DOMParser, SignedXml, type XmlElement } from './xml.ts'

const LARGEST = 1024 * 1024
const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#'
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
const C14N_1_1 = 'http://www.w3.org/2006/12/xml-c14n11'
const SHA384 = 'http://www.w3.org/2001/04/xmldsig-more#sha384'
const ECDSA_SHA384 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384'

export const malformedManifest = (detail: string, options?: ErrorOptions) =>
  new AppraisalError('GPU_MANIFEST_MALFORMED', `a reference manifest is malformed: ${detail}`, options)

/**
 * @returns the canonical text that was signed: nothing else of the file may be read.
 * @throws {AppraisalError} GPU_MANIFEST_MALFORMED, GPU_MANIFEST_BAD_SIGNATURE, and of the CERTIFICATE_ kind
 */
export function verifyManifestSignature(xml: string, rules: ChainRules): string {
  if (xml.length > LARGEST) throw malformedManifest(`it has ${xml.length} characters, more than ${LARGEST}`)
  const root = parseXml(xml)
  const signatures = root.getElementsByTagNameNS(XMLDSIG, 'Signature')
  const signature = signatures[0]
  if (signatures.length !== 1 || !signature || signature.parentNode !== root) {
    throw malformedManifest('it must have one signature, in its outermost element')
  }
  const chain = parseCertificates(
    Array.from(root.getElementsByTagNameNS(XMLDSIG, 'X509Certificate')).map((element) =>
      Buffer.from(element.textContent ?? '', 'base64'),
    ),
  )
  verifyChain(chain, rules)
  return signedContent(xml, signature, chain[0]!)
}

/** Comments, entities and instructions could make a parser read other than what was signed: no manifest has any. */
export function parseXml(xml: string): XmlElement {
  if (/<[!?]/.test(xml)) throw malformedManifest('it has a comment, declaration or instruction')
  const errorHandler = (_level: string, message: string) => {
    throw malformedManifest(message.split('\n')[0]!)
  }
  const root = new DOMParser({ errorHandler }).parseFromString(xml, 'text/xml').documentElement
  if (!root) throw malformedManifest('it is no XML')
  return root
}

function signedContent(xml: string, signature: XmlElement, leaf: ParsedCertificate): string {
  // The key is the verifier's own, below; the package only asks that there be one.
  const verifier = new SignedXml({ publicCert: encodePem(leaf.der) })
  const enveloped = verifier.CanonicalizationAlgorithms[ENVELOPED]!
  // Canonical XML 1.1 differs from 1.0 in attributes of the xml: prefix only, and is refused with any.
  if (/\sxml:/.test(xml)) throw malformedManifest('it has attributes of the prefix xml')
  // Only these: whatever else a signature names is unknown to the verifier.
  verifier.CanonicalizationAlgorithms = { [ENVELOPED]: enveloped, [C14N_1_1]: C14nCanonicalization }
  verifier.HashAlgorithms = { [SHA384]: Sha384 }
  verifier.SignatureAlgorithms = { [ECDSA_SHA384]: ecdsaOf(leaf) }
  try {
    verifier.loadSignature(signature)
    const valid = verifier.checkSignature(xml)
    const [content, ...more] = verifier.getSignedReferences()
    if (valid && content !== undefined && more.length === 0 && coversAll(signature)) return content
  } catch (cause) {
    throw new AppraisalError('GPU_MANIFEST_BAD_SIGNATURE', `a manifest's signature: ${(cause as Error).message}`, {
      cause,
    })
  }
  throw new AppraisalError('GPU_MANIFEST_BAD_SIGNATURE', 'a manifest is not what its signer signed')
}

/** One reference, to the whole document, less the signature. */
function coversAll(signature: XmlElement): boolean {
  const references = signature.getElementsByTagNameNS(XMLDSIG, 'Reference')
  const transforms = Array.from(signature.getElementsByTagNameNS(XMLDSIG, 'Transform'))
  const names = transforms.map((element) => element.getAttribute('Algorithm'))
  const [reference] = Array.from(references)
  return references.length === 1 && reference?.getAttribute('URI') === '' && names.join() === `${ENVELOPED},${C14N_1_1}`
}

class Sha384 {
  getAlgorithmName = () => SHA384
  getHash = (text: string) => createHash('sha384').update(text, 'utf8').digest('base64')
}

/** XML signatures of ECDSA are r || s. */
function ecdsaOf({ publicKey }: ParsedCertificate) {
  return class {
    getAlgorithmName = () => ECDSA_SHA384
    getSignature = () => {
      throw new Error('this side only verifies')
    }
    verifySignature = (text: string, _key: unknown, value: string) =>
      rawSignatureHolds(publicKey, Buffer.from(text, 'utf8'), Buffer.from(value, 'base64'))
  }
}
