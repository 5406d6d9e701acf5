/** A GPU measures what its manifests name, and a manifest is whole, genuine and of this GPU. */
import assert from 'node:assert/strict'
import { type AppraisalOptions, appraise } from '../../src/enclave/appraise.ts'
import { verifyManifest } from '../../src/enclave/manifest.ts'
import { productionTrust } from '../../src/enclave/roots.ts'
import {
  gpuTrust,
  gpuVersions,
  manifestContent,
  signedManifest,
  syntheticGpu,
  syntheticManifest,
} from '../support/enclave-pki.ts'
import { refusalCode, refuses } from './refusals.ts'
import { describeSamples, sampleText } from './samples.ts'

const now = new Date('2026-03-01T00:00:00Z')
const own = undefined
const gpu = syntheticGpu({ nonce: Buffer.alloc(32) })
const driver = { version: gpuVersions.driver, golden: { 7: own, 21: [Buffer.alloc(48), Buffer.alloc(48, 1)], 35: own } }
const vbios = { version: gpuVersions.vbios, golden: { 0: own, 1: own }, inactive: [7, 21] }
const honest = syntheticManifest({ ...driver, golden: { ...driver.golden, 21: own } })
const vbiosManifest = syntheticManifest(vbios)
const verify = (xml: string) => verifyManifest(xml, gpuTrust, now)

describe('reference manifests', () => {
  const measured = (manifests: readonly string[], evidence = gpu) => {
    const options: AppraisalOptions = { now, trust: gpuTrust, expected: 'anything', manifests }
    return appraise(evidence, options)
  }

  it('of driver and VBIOS that the GPU fits leave nothing unchecked of its measurements', () => {
    for (const manifests of [
      [honest, vbiosManifest],
      [vbiosManifest, honest],
    ]) {
      const codes = measured(manifests).caveats.map(({ code }) => code)
      assert.deepEqual(codes, ['EVIDENCE_UNBOUND', 'REVOCATION_UNCHECKED'])
    }
  })

  it('that name other values, at any place that counts, refuse the GPU', () => {
    refuses('GPU_MEASUREMENT_MISMATCH', () => measured([syntheticManifest(driver), vbiosManifest]))
    for (const place of [0, 1, 40, 64, 200]) {
      const other = syntheticManifest({ ...vbios, golden: { ...vbios.golden, [place]: [Buffer.alloc(48)] } })
      refuses('GPU_MEASUREMENT_MISMATCH', () => measured([honest, other]), `place ${place}`)
    }
  })

  it('name the video decoder, which is not measured where it is off', () => {
    const off = syntheticGpu({ nonce: Buffer.alloc(32), decoderDisabled: true })
    const other = syntheticManifest({ ...driver, golden: { 7: own, 35: [Buffer.alloc(48)] } })
    refuses('GPU_MEASUREMENT_MISMATCH', () => measured([other, vbiosManifest]))
    assert.equal(measured([other, vbiosManifest], off).kind, 'gpu')
  })

  it('of another driver, VBIOS or chip, of only one of them, or that overlap, are refused', () => {
    const cases = [
      [],
      [honest],
      [honest, honest],
      [honest, vbiosManifest, vbiosManifest],
      [syntheticManifest({ ...driver, version: '580.00.01' }), vbiosManifest],
      [honest, syntheticManifest({ ...vbios, version: '96.00.9F.00.02' })],
      [honest, syntheticManifest({ ...vbios, product: 'GB100' })],
      [honest, syntheticManifest({ ...vbios, golden: { ...vbios.golden, 7: own } })],
    ]
    for (const [i, manifests] of cases.entries()) {
      refuses('GPU_MANIFEST_MISMATCH', () => measured(manifests), `case ${i}`)
    }
  })

  it('with any character of what is signed changed, or of the signature, are refused', () => {
    const end = honest.indexOf('<ds:KeyInfo>')
    for (let i = 0; i < end; i += 11) {
      const other = honest[i] === 'a' ? 'b' : 'a'
      const code = refusalCode(() => verify(honest.slice(0, i) + other + honest.slice(i + 1)))
      assert.match(code, /^GPU_MANIFEST_(MALFORMED|BAD_SIGNATURE)$|^CERTIFICATE_/, `character ${i}`)
    }
  })

  it('by another signer, or under another root, are refused', () => {
    refuses('CERTIFICATE_UNTRUSTED', () => verifyManifest(honest, productionTrust, now))
    refuses('CERTIFICATE_CHAIN_BROKEN', () =>
      verify(honest.replaceAll(/<ds:X509Certificate>.*?<\/ds:X509Certificate>/g, '')),
    )
    refuses('CERTIFICATE_NOT_YET_VALID', () => verifyManifest(honest, gpuTrust, new Date('2021-01-01T00:00:00Z')))
  })

  it('whose signature covers less than the whole, or by other means, are refused', () => {
    const edits: readonly (readonly [from: string | RegExp, to: string])[] = [
      ['URI=""', 'URI="#part"'],
      ['xml-c14n11"></ds:CanonicalizationMethod>', 'xml-c14n11#WithComments"></ds:CanonicalizationMethod>'],
      ['#ecdsa-sha384', '#rsa-sha384'],
      ['#ecdsa-sha384', '#hmac-sha384'],
      [/<ds:Transform Algorithm="[^"]*enveloped-signature"><\/ds:Transform>/, ''],
      ['xmldsig-more#sha384', 'xmlenc#sha256'],
    ]
    for (const [from, to] of edits) {
      const edited = honest.replace(from, to)
      assert.notEqual(edited, honest)
      refuses('GPU_MANIFEST_BAD_SIGNATURE', () => verify(edited), String(from))
    }
  })

  it('wrapped in, or wrapping, another document are refused', () => {
    const forged = manifestContent({ ...driver, golden: { 7: [Buffer.alloc(48)] } })
    const signature = /<ds:Signature.*<\/ds:Signature>/.exec(honest)![0]
    const inside = forged.replace('</SoftwareIdentity>', `${honest}</SoftwareIdentity>`)
    const moved = forged.replace('</SoftwareIdentity>', `${signature}</SoftwareIdentity>`)
    const doubled = honest.replace(signature, signature + signature)
    refuses('GPU_MANIFEST_MALFORMED', () => verify(inside))
    refuses('GPU_MANIFEST_BAD_SIGNATURE', () => verify(moved))
    refuses('GPU_MANIFEST_MALFORMED', () => verify(doubled))
  })

  it('with what could make two readers differ are refused', () => {
    for (const [from, to] of [
      ['<Payload>', '<!--x--><Payload>'],
      ['<Payload>', '<?x y?><Payload>'],
      ['<SoftwareIdentity', '<!DOCTYPE s [<!ENTITY e "x">]><SoftwareIdentity'],
      ['<Payload>', '<Payload xml:base="x">'],
      ['</Payload>', ''],
    ] as const) {
      refuses('GPU_MANIFEST_MALFORMED', () => verify(honest.replace(from, to)), to)
    }
    for (const text of ['', 'text', '<a/>', '<'.repeat(1000), 'x'.repeat(2 ** 20 + 1)]) {
      refuses('GPU_MANIFEST_MALFORMED', () => verify(text), text.slice(0, 10))
    }
  })

  it('that are signed and do not have the shape that is known are refused', () => {
    const content = manifestContent({ ...vbios, inactive: [] })
    for (const [from, to] of [
      [/product="GH100"><\/Meta>/, '></Meta>'],
      ['active="True"', 'active="Maybe"'],
      ['alternatives="1"', 'alternatives="2"'],
      ['alternatives="1"', 'alternatives="0"'],
      ['index="1"', 'index="0"'],
      ['index="1"', 'index="-1"'],
      ['size="48"', 'size="47"'],
      ['type="Measurement"', 'type="Other"'],
      [/<Resource.*<\/Resource>/, ''],
    ] as const) {
      const edited = content.replace(from, to).replace(' ></Meta>', '></Meta>')
      assert.notEqual(edited, content)
      refuses('GPU_MANIFEST_MALFORMED', () => verify(signedManifest(edited)), String(to))
    }
  })
})

describeSamples('NVIDIA’s reference manifests', () => {
  const names = [
    'nvas_NV_GPU_DRIVER_GH100_550.144.03.xml',
    'nvtrust_Driver_RIM_test_no_gpu.swidtag',
    'nvtrust_vbios_rim_test_no_gpu.swidtag',
  ]
  const read = (name: string, at = '2025-03-01T00:00:00Z') =>
    verifyManifest(sampleText(`nvidia/${name}`), productionTrust, new Date(at))

  it('are genuine, and name 21 measurements of a driver and 12 of a VBIOS', () => {
    const found = names.map((name) => read(name)).map(({ product, version, golden }) => [product, version, golden.size])
    assert.deepEqual(found, [
      ['GH100', '550.144.03', 21],
      ['GH100', '545.00', 21],
      ['GH100', '96.00.5E.00.01', 12],
    ])
  })

  it('are refused after their signer’s certificate ended', () => {
    refuses('CERTIFICATE_EXPIRED', () => read(names[1]!, '2025-06-27T00:00:00Z'))
  })
})
