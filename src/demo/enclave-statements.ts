/** The demo's enclave: a synthetic platform that registers and boots once, as statements to prove. */
import { type Binding, reportHash } from '../enclave/binding.ts'
import { QeIdentity, TcbInfo } from '../enclave/collateral-schema.ts'
import { parseQuote, type Quote } from '../enclave/quote.ts'
import { type BootStatement, bootStatement } from '../enclave/statement/boot-statement.ts'
import { Measurements, registersDigest } from '../enclave/statement/measurements.ts'
import { platformLeaf, platformTree } from '../enclave/statement/platform-leaf.ts'
import { type PlatformStatement, platformOf, platformStatement } from '../enclave/statement/platform-statement.ts'
import { Revocations } from '../enclave/statement/revocations.ts'
import { entriesOf, TcbEntries } from '../enclave/statement/tcb-entries.ts'
import { syntheticCollateral } from '../enclave/synthetic/collateral.ts'
import { syntheticPlatform } from '../enclave/synthetic/platform.ts'
import { syntheticQuote } from '../enclave/synthetic/quote.ts'

export type DemoEnclave = {
  /** The registrant's address. */
  readonly owner: bigint
  readonly nullifierKey: bigint
  /** The enclave's key, and the registry's challenge that it answers. */
  readonly binding: Binding
  readonly window: number
  readonly level: number
}

/** Place of the development authority in circuits/p256/keys.ts. */
const DEVELOPMENT = 0
const VALID_THROUGH_YEAR = 2031
/** Somebody else's certificates: a list that is not empty. */
const REVOKED = [1n << 100n, (1n << 159n) + 1n]

const platform = syntheticPlatform({ seed: 'pocps demo', notAfter: new Date('2032-06-01T00:00:00Z') })

function quoteWith(reportData: Uint8Array): Quote {
  return parseQuote(syntheticQuote(platform, { format: 'tdx-v4', reportData }))
}

/** What `enclave-platform-dev` proves once. */
export function demoPlatform({ owner, nullifierKey }: Pick<DemoEnclave, 'owner' | 'nullifierKey'>): PlatformStatement {
  return platformStatement({
    quote: quoteWith(Buffer.alloc(64)),
    authority: DEVELOPMENT,
    revocations: new Revocations(REVOKED),
    nullifierKey,
    owner,
    validThroughYear: VALID_THROUGH_YEAR,
  })
}

/** What `enclave-boot-tdx-v4` proves in one window, when the platform is the only one of its authority. */
export function demoBoot({ nullifierKey, binding, window, level }: DemoEnclave): BootStatement {
  const quote = quoteWith(reportHash(binding))
  const registered = platformOf(quote, nullifierKey)
  const collateral = syntheticCollateral(platform, { tee: 'tdx', issuedAt: new Date('2026-01-01T00:00:00Z') })
  const tcbInfo = TcbInfo.parse(JSON.parse(collateral.tcb_info))
  const qeIdentity = QeIdentity.parse(JSON.parse(collateral.qe_identity))
  return bootStatement({
    quote,
    platform: registered,
    platforms: platformTree([platformLeaf(registered)]),
    position: 0,
    tcb: new TcbEntries(entriesOf(tcbInfo, qeIdentity, new Set(['UpToDate']))),
    measurements: new Measurements([{ registers: registersDigest(quote), level }]),
    binding,
    window,
  })
}
