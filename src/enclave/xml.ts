/** The two XML packages by what is used of them: their own types would bring a browser's globals into every file. */
import { createRequire } from 'node:module'

/** As far as the DOM is used here. */
export type XmlElement = {
  readonly localName: string
  readonly namespaceURI: string | null
  readonly parentNode: unknown
  readonly textContent: string | null
  getAttribute(name: string): string | null
  getAttributeNS(namespace: string, name: string): string | null
  getElementsByTagNameNS(namespace: string, name: string): ArrayLike<XmlElement>
}

type Algorithm = new () => object
type XmlVerifier = {
  CanonicalizationAlgorithms: Readonly<Record<string, Algorithm>>
  HashAlgorithms: Readonly<Record<string, Algorithm>>
  SignatureAlgorithms: Readonly<Record<string, Algorithm>>
  loadSignature(signature: XmlElement): void
  checkSignature(xml: string): boolean
  /** The canonical text of what was signed, once it is known to be. */
  getSignedReferences(): readonly string[]
}

const load = createRequire(import.meta.url)

export const { DOMParser } = load('@xmldom/xmldom') as {
  readonly DOMParser: new (options: {
    readonly errorHandler: (level: string, message: string) => void
  }) => { parseFromString(xml: string, type: 'text/xml'): { readonly documentElement: XmlElement | null } }
}

export const { C14nCanonicalization, SignedXml } = load('xml-crypto') as {
  readonly C14nCanonicalization: Algorithm
  readonly SignedXml: new (options: { readonly publicCert: string }) => XmlVerifier
}
