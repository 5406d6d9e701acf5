/** Synthetic collateral: TCB info, QE identity and revocation lists in Intel's shape, signed by the development authority. */
import type { IntelCollateral, TcbStatus } from '../collateral-schema.ts'
import { encodePem } from '../pem.ts'
import { quotingEnclaves } from '../quote-appraisal.ts'
import { developmentAuthority } from './authority.ts'
import { writeRevocationList } from './certificate-writer.ts'
import { signRaw } from './keys.ts'
import type { SyntheticPlatform } from './platform.ts'

export type PlatformLevel = {
  readonly status: TcbStatus
  /** Least SVNs; what is not given is the platform's own. */
  readonly components?: readonly number[]
  readonly pceSvn?: number
  readonly tdxComponents?: readonly number[]
  readonly advisories?: readonly string[]
}
export type IsvLevel = { readonly isvSvn: number; readonly status: TcbStatus }

export type CollateralRequest = {
  readonly tee: 'tdx' | 'sgx'
  readonly issuedAt: Date
  /** Of Intel's, 30. */
  readonly days?: number
  /** First to last, as a verifier tries them. */
  readonly levels?: readonly PlatformLevel[]
  /** Of TDX module major version 1. */
  readonly moduleLevels?: readonly IsvLevel[]
  readonly qeLevels?: readonly IsvLevel[]
  readonly qeMrSigner?: string
  readonly fmspc?: Buffer
  /** Serials of revoked PCK certificates, and of authorities. */
  readonly revoked?: readonly Buffer[]
  readonly revokedAuthorities?: readonly Buffer[]
  readonly evaluationNumber?: number
}

const DAY = 86_400_000
const TCB_DATE = '2024-11-13T00:00:00Z'
const TDX_COMPONENTS = [6, 1, 3, ...Array<number>(13).fill(0)]
const NO_SIGNER = { mrsigner: '0'.repeat(96), attributes: '0'.repeat(16), attributesMask: 'F'.repeat(16) }

export function syntheticCollateral(platform: SyntheticPlatform, request: CollateralRequest): IntelCollateral {
  const { issuedAt, days = 30, evaluationNumber = 18, revoked = [], revokedAuthorities = [] } = request
  const nextUpdate = new Date(issuedAt.getTime() + days * DAY)
  const period = {
    issueDate: seconds(issuedAt),
    nextUpdate: seconds(nextUpdate),
    tcbEvaluationDataNumber: evaluationNumber,
  }
  const times = { thisUpdate: issuedAt, nextUpdate }
  const { root, tcbSigner } = developmentAuthority
  const issuer = developmentAuthority[platform.ca]
  const tcbInfo = JSON.stringify(tcbInfoOf(platform, request, period))
  const qeIdentity = JSON.stringify(qeIdentityOf(request, period))
  const signers = [tcbSigner.der, root.der].map(encodePem).join('')
  const signatureOf = (text: string) => signRaw(tcbSigner.key, Buffer.from(text, 'utf8')).toString('hex')
  return {
    pck_crl_issuer_chain: [issuer.der, root.der].map(encodePem).join(''),
    root_ca_crl: writeRevocationList(root, { revoked: revokedAuthorities, ...times }).toString('hex'),
    pck_crl: writeRevocationList(issuer, { revoked, ...times }).toString('hex'),
    tcb_info_issuer_chain: signers,
    tcb_info: tcbInfo,
    tcb_info_signature: signatureOf(tcbInfo),
    qe_identity_issuer_chain: signers,
    qe_identity: qeIdentity,
    qe_identity_signature: signatureOf(qeIdentity),
  }
}

type Period = { readonly issueDate: string; readonly nextUpdate: string; readonly tcbEvaluationDataNumber: number }

function tcbInfoOf(platform: SyntheticPlatform, request: CollateralRequest, period: Period): object {
  const tdx = request.tee === 'tdx'
  const levels = request.levels ?? [{ status: 'UpToDate' }]
  const modules = {
    tdxModule: NO_SIGNER,
    tdxModuleIdentities: [{ id: 'TDX_01', ...NO_SIGNER, tcbLevels: isvLevels(request.moduleLevels ?? upToDate(4)) }],
  }
  return {
    id: tdx ? 'TDX' : 'SGX',
    version: 3,
    ...period,
    fmspc: (request.fmspc ?? platform.fmspc).toString('hex').toUpperCase(),
    pceId: platform.pceId.toString('hex').toUpperCase(),
    tcbType: 0,
    ...(tdx && modules),
    tcbLevels: levels.map(({ status, components, pceSvn, tdxComponents, advisories }: PlatformLevel) => ({
      tcb: {
        sgxtcbcomponents: svns(components ?? platform.components),
        pcesvn: pceSvn ?? platform.pceSvn,
        ...(tdx && { tdxtcbcomponents: svns(tdxComponents ?? TDX_COMPONENTS) }),
      },
      tcbDate: TCB_DATE,
      tcbStatus: status,
      ...(advisories && { advisoryIDs: advisories }),
    })),
  }
}

function qeIdentityOf({ tee, qeLevels = upToDate(4), qeMrSigner }: CollateralRequest, period: Period): object {
  const { mrSigner, isvProdId } = quotingEnclaves[tee]
  return {
    id: tee === 'tdx' ? 'TD_QE' : 'QE',
    version: 2,
    ...period,
    miscselect: '00000000',
    miscselectMask: 'FFFFFFFF',
    attributes: '11000000000000000000000000000000',
    attributesMask: 'FBFFFFFFFFFFFFFF0000000000000000',
    mrsigner: (qeMrSigner ?? mrSigner).toUpperCase(),
    isvprodid: isvProdId,
    tcbLevels: isvLevels(qeLevels),
  }
}

const svns = (values: readonly number[]) => values.map((svn) => ({ svn }))
const upToDate = (isvSvn: number): IsvLevel[] => [{ isvSvn, status: 'UpToDate' }]
const isvLevels = (levels: readonly IsvLevel[]) =>
  levels.map(({ isvSvn, status }) => ({ tcb: { isvsvn: isvSvn }, tcbDate: TCB_DATE, tcbStatus: status }))
const seconds = (date: Date) => date.toISOString().replace(/\.\d+Z$/, 'Z')
