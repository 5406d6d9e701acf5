/** The shape of Intel's collateral: TCB info version 3 and QE identity version 2. */
import { z } from 'zod'

/** By how much a platform, a TDX module or a quoting enclave is up to date, in Intel's words. */
export const tcbStatuses = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'Revoked',
] as const
export type TcbStatus = (typeof tcbStatuses)[number]

const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${2 * bytes}}$`), `not ${bytes} bytes in hex`)
    .transform((text) => Buffer.from(text, 'hex'))
const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'not a time such as 2026-01-31T12:00:00Z')
  .transform((text) => new Date(text))
  .refine((date) => !Number.isNaN(date.getTime()), 'no such time')
const whole = (most: number) => z.number().int().nonnegative().max(most)

const judged = {
  tcbDate: time,
  tcbStatus: z.enum(tcbStatuses),
  advisoryIDs: z.array(z.string().max(64)).max(256).default([]),
}
const components = z.array(z.object({ svn: whole(0xff) })).length(16)
const period = { issueDate: time, nextUpdate: time, tcbEvaluationDataNumber: whole(0xffff) }
const isvLevels = z
  .array(z.object({ tcb: z.object({ isvsvn: whole(0xffff) }), ...judged }))
  .min(1)
  .max(256)
const module = { mrsigner: hex(48), attributes: hex(8), attributesMask: hex(8) }

export const TcbInfo = z.object({
  id: z.enum(['SGX', 'TDX']),
  version: z.literal(3),
  ...period,
  fmspc: hex(6),
  pceId: hex(2),
  tcbType: z.literal(0),
  tdxModule: z.object(module).optional(),
  tdxModuleIdentities: z
    .array(z.object({ id: z.string().regex(/^TDX_[0-9A-F]{2}$/), ...module, tcbLevels: isvLevels }))
    .max(256)
    .optional(),
  tcbLevels: z
    .array(
      z.object({
        tcb: z.object({
          sgxtcbcomponents: components,
          pcesvn: whole(0xffff),
          tdxtcbcomponents: components.optional(),
        }),
        ...judged,
      }),
    )
    .min(1)
    .max(256),
})
export type TcbInfo = z.output<typeof TcbInfo>

export const QeIdentity = z.object({
  id: z.enum(['QE', 'TD_QE']),
  version: z.literal(2),
  ...period,
  miscselect: hex(4),
  miscselectMask: hex(4),
  attributes: hex(16),
  attributesMask: hex(16),
  mrsigner: hex(32),
  isvprodid: whole(0xffff),
  tcbLevels: isvLevels,
})
export type QeIdentity = z.output<typeof QeIdentity>

const text = z.string().max(1_000_000)
const der = z
  .string()
  .max(8_000_000)
  .regex(/^([0-9a-fA-F]{2})*$/, 'not hex')

/** What Intel's provisioning service answers for one platform, in one file. */
export const IntelCollateral = z.object({
  root_ca_crl: der,
  pck_crl: der,
  tcb_info_issuer_chain: text,
  tcb_info: text,
  tcb_info_signature: z.string().regex(/^[0-9a-fA-F]{128}$/, 'not 64 bytes in hex'),
  qe_identity_issuer_chain: text,
  qe_identity: text,
  qe_identity_signature: z.string().regex(/^[0-9a-fA-F]{128}$/, 'not 64 bytes in hex'),
  /** Not read: the list is checked against the CA of the quote's own chain. */
  pck_crl_issuer_chain: text.optional(),
})
export type IntelCollateral = z.output<typeof IntelCollateral>
