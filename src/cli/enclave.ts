/** `pocps enclave`: looks into evidence of an enclave, and appraises it. */
import { type Command, InvalidArgumentError } from 'commander'
import { type AppraisalOptions, appraise, type Expected, type Verdict } from '../enclave/appraise.ts'
import { AppraisalError } from '../enclave/errors.ts'
import { type Evidence, type GpuEvidence, parseEvidence } from '../enclave/evidence.ts'
import { productionTrust } from '../enclave/roots.ts'
import { developmentTrust } from '../enclave/synthetic/authority.ts'
import { BadArgumentError } from '../errors.ts'
import { FIELD_ORDER } from '../work/poseidon.ts'
import { readCollateralFile, readEvidenceFile, readManifestFiles } from './evidence-files.ts'
import { asText, evidenceLines, verdictJson, verdictLines } from './evidence-text.ts'
import { printJson } from './output.ts'

type VerifyOptions = {
  collateral?: string
  certificates: string[]
  gpuEvidence?: string
  gpuCertificates: string[]
  gpuManifest: string[]
  now?: Date
  reportData?: Buffer
  enclaveKey?: readonly [bigint, bigint]
  challenge?: bigint
  development?: boolean
  json?: boolean
}

export function addEnclave(program: Command): void {
  const enclave = program
    .command('enclave')
    .description('look into attestation evidence (TDX, SGX, SEV-SNP, NVIDIA), and appraise it')
    .addHelpText('after', '\nExamples:\n  pocps enclave inspect quote.bin\n  pocps enclave verify --help')
  enclave
    .command('inspect')
    .description('show what evidence claims; nothing is verified')
    .argument('<evidence>', 'a quote or report: raw, hex, base64, or one of the vendors’ JSON forms')
    .option('--json', 'print the fields as JSON')
    .addHelpText('after', '\nExample:\n  pocps enclave inspect quote.bin\n  pocps enclave inspect gpu.json --json')
    .action(async (path: string, options: { json?: boolean }) => {
      const found = (await readEvidenceFile(path)).map((evidence) => evidenceLines(parseEvidence(evidence)))
      if (options.json) printJson({ ok: true, evidence: found.map(Object.fromEntries) })
      else process.stdout.write(`${found.map(asText).join('\n\n')}\n`)
    })
  enclave
    .command('verify')
    .description('appraise evidence; exit code 0 when it earns a privacy level, 1 when it does not')
    .argument('<evidence>', 'a quote or report: raw, hex, base64, or one of the vendors’ JSON forms')
    .option('--collateral <file>', 'Intel’s TCB info, QE identity and revocation lists, as one JSON file')
    .option('--certificates <file>', 'PEM or DER for a bare SNP or GPU report; may be repeated', append, [])
    .option('--gpu-evidence <file>', 'evidence of the GPU that the TDX quote claims')
    .option('--gpu-certificates <file>', 'its chain, where the evidence carries none; may be repeated', append, [])
    .option('--gpu-manifest <file>', 'NVIDIA’s manifest (RIM) of its driver, and again of its VBIOS', append, [])
    .option(
      '--report-data <hex>',
      'demand that report data (a GPU’s nonce) is this: its first 32 bytes, or all 64',
      hexBytes,
    )
    .option('--enclave-key <x,y>', 'demand that the report data binds this BabyJubJub key, with --challenge', point)
    .option('--challenge <n>', 'the registry’s challenge that it must bind', element)
    .option('--now <time>', 'appraise as of this time, such as 2026-01-31T12:00:00Z (default: now)', time)
    .option('--development', 'trust the development authority instead of the vendors: worthless evidence')
    .option('--json', 'print the verdict as JSON')
    .addHelpText(
      'after',
      `
Examples:
  pocps enclave verify quote.bin --collateral collateral.json --report-data <32 bytes in hex>
  pocps enclave verify quote.bin --collateral collateral.json --gpu-evidence gpu.json --enclave-key <x,y> --challenge <n>
  pocps enclave verify snp.bin --certificates vcek.der --certificates ask_ark.pem --json

Levels: 3 TDX with its own GPU, 2 TDX, 1 SGX; one less where the software must harden itself; 0 nothing proven.`,
    )
    .action(verify)
}

async function verify(path: string, options: VerifyOptions): Promise<void> {
  const appraisal: AppraisalOptions = {
    now: options.now ?? new Date(),
    trust: options.development ? developmentTrust : productionTrust,
    expected: expectedOf(options),
    ...(options.collateral !== undefined && { collateral: await readCollateralFile(options.collateral) }),
    ...(options.gpuManifest.length > 0 && { manifests: await readManifestFiles(options.gpuManifest) }),
  }
  const evidence = await readEvidenceFile(path, options.certificates)
  const gpu =
    options.gpuEvidence === undefined ? undefined : await readGpu(options.gpuEvidence, options.gpuCertificates)
  requireUse(options, new Set([...evidence, ...(gpu ? [gpu] : [])].map(({ kind }) => kind)))
  const verdicts = evidence.map((each: Evidence) => appraise(each, appraisal, gpu))
  const refused = verdicts.find((verdict) => verdict.level === 0)?.refusal
  if (!options.json) process.stdout.write(`${verdicts.map(verdictLines).map(asText).join('\n\n')}\n`)
  if (refused) throw new AppraisalError(refused.code, refused.message, { detail: shown(verdicts) })
  if (options.json) printJson({ ok: true, verdicts: shown(verdicts) })
}

/** What is given and not looked at would seem to have been checked. */
function requireUse(
  { collateral, gpuManifest, gpuEvidence, gpuCertificates }: VerifyOptions,
  kinds: Set<string>,
): void {
  if (collateral !== undefined && !kinds.has('quote')) {
    throw new BadArgumentError('--collateral is for quotes, and the evidence is none')
  }
  if (gpuManifest.length > 0 && !kinds.has('gpu')) {
    throw new BadArgumentError('--gpu-manifest is for GPUs: give their evidence with --gpu-evidence')
  }
  if (gpuCertificates.length > 0 && gpuEvidence === undefined) {
    throw new BadArgumentError('--gpu-certificates belong to --gpu-evidence')
  }
}

const shown = (verdicts: readonly Verdict[]) => verdicts.map(verdictJson)

/** One node is one GPU. */
async function readGpu(path: string, certificates: readonly string[]): Promise<GpuEvidence> {
  const [evidence, ...more] = await readEvidenceFile(path, certificates)
  if (evidence?.kind !== 'gpu') throw new BadArgumentError(`--gpu-evidence ${path} is ${evidence?.kind} evidence`)
  if (more.length > 0) {
    throw new BadArgumentError(
      `--gpu-evidence ${path} has ${more.length + 1} GPUs; a node has one: give its entry alone`,
    )
  }
  return evidence
}

function expectedOf({ reportData, enclaveKey, challenge }: VerifyOptions): Expected {
  if ((enclaveKey === undefined) !== (challenge === undefined)) {
    throw new BadArgumentError('--enclave-key and --challenge go together: the report data binds both')
  }
  if (enclaveKey === undefined || challenge === undefined) return reportData ? { reportData } : 'anything'
  if (reportData) throw new BadArgumentError('--report-data is what --enclave-key and --challenge make: give only one')
  return { publicKey: enclaveKey, challenge }
}

function append(value: string, before: string[]): string[] {
  return [...before, value]
}

function hexBytes(text: string): Buffer {
  if (/^(0x)?([0-9a-fA-F]{64}){1,2}$/.test(text)) return Buffer.from(text.replace(/^0x/, ''), 'hex')
  throw new InvalidArgumentError('It must be 32 or 64 bytes in hex.')
}

function element(text: string): bigint {
  if (/^\d{1,78}$/.test(text) && BigInt(text) < FIELD_ORDER) return BigInt(text)
  throw new InvalidArgumentError('It must be a decimal field element.')
}

function point(text: string): readonly [bigint, bigint] {
  const [x, y, ...more] = text.split(',')
  if (x === undefined || y === undefined || more.length > 0) throw new InvalidArgumentError('It must be x,y.')
  return [element(x), element(y)]
}

function time(text: string): Date {
  const date = new Date(text)
  if (/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?$/.test(text) && !Number.isNaN(date.getTime())) return date
  throw new InvalidArgumentError('It must be a UTC time such as 2026-01-31 or 2026-01-31T12:00:00Z.')
}
