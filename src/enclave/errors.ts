/** The appraiser's errors: one class, and the table of its codes. */
import { CodedError, type CodeTable } from '../../circuits/coded-error.ts'

/** Every code with whether the same call may succeed later, and what it means. `src/errors.md` repeats this table. */
export const appraisalErrorCodes = {
  CERTIFICATE_BAD_SIGNATURE: {
    retryable: false,
    meaning: 'A certificate or revocation list is not signed by the key that it names.',
  },
  CERTIFICATE_CHAIN_BROKEN: {
    retryable: false,
    meaning: 'Certificates do not link: issuer and subject differ, or the chain is too short or too long.',
  },
  CERTIFICATE_EXPIRED: { retryable: false, meaning: 'A certificate was no longer valid at the time of appraisal.' },
  CERTIFICATE_MALFORMED: {
    retryable: false,
    meaning: 'A certificate is no strict DER or PEM, or lacks what its vendor always writes.',
  },
  CERTIFICATE_NOT_YET_VALID: {
    retryable: true,
    meaning: 'A certificate was not valid yet at the time of appraisal.',
  },
  CERTIFICATE_REVOKED: { retryable: false, meaning: 'A certificate is on its issuer’s revocation list.' },
  CERTIFICATE_UNFIT: {
    retryable: false,
    meaning:
      'A certificate may not do what it is used for: constraints, key usage, algorithm, or a critical extension.',
  },
  CERTIFICATE_UNTRUSTED: { retryable: false, meaning: 'A chain does not end in a pinned root of its vendor.' },
  COLLATERAL_BAD_SIGNATURE: { retryable: false, meaning: 'Vendor collateral is not signed by the vendor’s TCB key.' },
  COLLATERAL_EXPIRED: {
    retryable: false,
    meaning: 'Vendor collateral was past its next update at the time of appraisal; fetch it anew.',
  },
  COLLATERAL_MALFORMED: { retryable: false, meaning: 'Vendor collateral does not have the shape that is known.' },
  COLLATERAL_MISMATCH: {
    retryable: false,
    meaning: 'Vendor collateral is of another platform family, CA or kind of enclave than the evidence.',
  },
  COLLATERAL_MISSING: { retryable: false, meaning: 'Without vendor collateral the TCB level is unknown: level 0.' },
  COLLATERAL_NOT_YET_VALID: {
    retryable: true,
    meaning: 'Vendor collateral was issued after the time of appraisal.',
  },
  EVIDENCE_BAD_SIGNATURE: { retryable: false, meaning: 'A quote or report is not signed by the key that it names.' },
  EVIDENCE_BINDING_INVALID: {
    retryable: false,
    meaning:
      'What is demanded of report data can bind nothing: a key outside BabyJubJub’s prime-order group, a challenge outside the field, too few bytes.',
  },
  EVIDENCE_DEBUG: { retryable: false, meaning: 'The enclave is debuggable: its memory is open to the host.' },
  EVIDENCE_MALFORMED: {
    retryable: false,
    meaning: 'A length, type or reserved field of the evidence has a value that its format forbids.',
  },
  EVIDENCE_MIGRATABLE: { retryable: false, meaning: 'The enclave may be moved to a machine that it did not attest.' },
  EVIDENCE_NONCE_MISMATCH: { retryable: false, meaning: 'A GPU report answers another nonce.' },
  EVIDENCE_REPORT_DATA_MISMATCH: {
    retryable: false,
    meaning: 'The report data is not the expected one: foreign, stale, or bound to another key.',
  },
  EVIDENCE_TOO_LARGE: { retryable: false, meaning: 'An input is larger than any evidence is.' },
  EVIDENCE_TRAILING_BYTES: {
    retryable: false,
    meaning: 'Bytes other than zero padding follow the declared end of the evidence.',
  },
  EVIDENCE_TRUNCATED: { retryable: false, meaning: 'The evidence ends before its declared length.' },
  EVIDENCE_UNBOUND: {
    retryable: false,
    meaning: 'No report data was demanded, so the evidence may be old or another node’s.',
  },
  EVIDENCE_UNKNOWN_VERSION: {
    retryable: false,
    meaning: 'The evidence has a version, kind or algorithm that is not supported.',
  },
  EVIDENCE_UNREADABLE: { retryable: false, meaning: 'An input is none of the known forms of evidence.' },
  GPU_FIRMWARE_MISMATCH: {
    retryable: false,
    meaning: 'The firmware that a GPU reports is not the one its key was certified for.',
  },
  GPU_MANIFEST_BAD_SIGNATURE: { retryable: false, meaning: 'A reference manifest is not what its signer signed.' },
  GPU_MANIFEST_MALFORMED: { retryable: false, meaning: 'A reference manifest does not have the shape that is known.' },
  GPU_MANIFEST_MISMATCH: {
    retryable: false,
    meaning: 'The reference manifests are not those of the GPU’s chip, driver and VBIOS.',
  },
  GPU_MEASUREMENT_MISMATCH: {
    retryable: false,
    meaning: 'A GPU measured a value that the reference manifest of its driver or VBIOS does not name.',
  },
  GPU_MEASUREMENTS_UNCHECKED: {
    retryable: false,
    meaning: 'A GPU’s measurements were not compared with reference manifests: none were given.',
  },
  GPU_UNBOUND: {
    retryable: false,
    meaning:
      'Nothing shows that the CPU’s report data commits to this GPU’s key: enclave key and challenge were not given.',
  },
  NO_CHAIN_ROUTE: {
    retryable: false,
    meaning: 'No circuit proves this kind of evidence alone: it reaches the chain only beside a TDX quote.',
  },
  QE_MISMATCH: {
    retryable: false,
    meaning: 'The quoting enclave is not Intel’s, or does not vouch for the key that signed the quote.',
  },
  REVOCATION_UNCHECKED: {
    retryable: false,
    meaning: 'The revocation of a certificate was not checked: this vendor’s lists were not consulted.',
  },
  SNP_CHIP_MASKED: { retryable: false, meaning: 'The report hides its chip id, so the platform has no identity.' },
  SNP_CHIP_MISMATCH: {
    retryable: false,
    meaning: 'The certificate was issued for another chip, product or TCB than the report’s.',
  },
  SNP_VLEK: {
    retryable: false,
    meaning: 'The report is signed by a cloud provider’s shared key, so the platform has no identity.',
  },
  TCB_REVOKED: { retryable: false, meaning: 'The vendor revoked the TCB level of the platform, module or QE.' },
  TCB_UNACCEPTABLE: {
    retryable: false,
    meaning: 'The TCB level is genuine but earns no privacy level: out of date, or it needs configuration.',
  },
  TCB_UNKNOWN: {
    retryable: false,
    meaning: 'The platform reaches no TCB level of the collateral: it is older than all that the vendor still lists.',
  },
} as const satisfies CodeTable

export type AppraisalErrorCode = keyof typeof appraisalErrorCodes

/** Whatever `src/enclave/` rejects with. */
export class AppraisalError extends CodedError<AppraisalErrorCode> {
  override readonly name = 'AppraisalError'
  /** What was established before the refusal, where that is of use. */
  readonly detail?: unknown

  constructor(code: AppraisalErrorCode, message: string, options: ErrorOptions & { detail?: unknown } = {}) {
    super(appraisalErrorCodes, code, message, options)
    if (options.detail !== undefined) this.detail = options.detail
  }
}
