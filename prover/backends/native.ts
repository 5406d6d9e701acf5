/** The proving backend in C++: one process for each thread, which keeps its keys prepared. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { ProverError } from '../errors.ts'
import { BodyReader, encodeHeader, type Frame, FrameDecoder, frameKinds, RESULT_BIT } from '../native-protocol.ts'
import type { Groth16Proof } from '../prover.ts'
import type { Backend, ProofJob, RawProof } from './backend.ts'
import { WitnessCalculator } from './witness.ts'

/** As `native/src/groth16/prover_server.hpp` numbers them. */
const requests = { load: 2, prove: 3 } as const
const STDERR_TAIL = 2000

type Child = ChildProcessByStdio<Writable, Readable, Readable>
type Call = {
  readonly kind: number
  readonly id: number
  readonly resolve: (body: Buffer) => void
  readonly reject: (error: ProverError) => void
}

const calculators = new Map<string, WitnessCalculator>()
let running: NativeProcess | undefined

export const backend: Backend = {
  async prove({ circuit, artifacts, inputs, proverExecutable }: ProofJob): Promise<RawProof> {
    if (proverExecutable === undefined) throw new ProverError('INTERNAL', 'the native backend has no executable')
    const start = performance.now()
    const calculator = calculators.get(circuit) ?? new WitnessCalculator(artifacts.witnessProgram)
    calculators.set(circuit, calculator)
    const witness = calculator.calculate(inputs)
    const proving = performance.now()
    try {
      if (running?.executable !== proverExecutable || running.ended) running = new NativeProcess(proverExecutable)
      const result = await running.prove(circuit, artifacts.provingKey, witness)
      return { ...result, witnessMs: proving - start, proveMs: performance.now() - proving }
    } finally {
      witness.fill(0)
    }
  },
}

/**
 * The process, which ends when its input does: it cannot outlive this thread, and a thread that is terminated stops its proof.
 *
 * The thread proves one job at a time, so there is one request at a time.
 */
class NativeProcess {
  readonly executable: string
  ended = false
  readonly #child: Child
  /** The process's numbers of the circuits' keys. */
  readonly #keys = new Map<string, number>()
  #call: Call | undefined
  #nextId = 1
  #stderr = ''

  constructor(executable: string) {
    this.executable = executable
    const child = spawn(executable, ['serve', '--threads', '1'], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child = child
    const decoder = new FrameDecoder()
    child.stdin.on('error', () => undefined) // a broken pipe is reported by 'close'
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-STDERR_TAIL)
    })
    child.stdout.on('data', (chunk: Buffer) => {
      try {
        for (const frame of decoder.push(chunk)) this.#receive(frame)
      } catch (error) {
        this.#end(broken(error))
      }
    })
    child.on('error', (cause) => {
      this.#end(new ProverError('BACKEND_UNAVAILABLE', `${executable} does not start: ${cause.message}`, { cause }))
    })
    child.on('close', (code, killed) => {
      const why = killed ? `signal ${killed}` : `exit status ${code}`
      const said = this.#stderr && `: ${this.#stderr.trim()}`
      this.#end(new ProverError('WORKER_CRASHED', `the native prover ended with ${why}${said}`))
    })
  }

  async prove(
    circuit: string,
    provingKey: Uint8Array,
    witness: Uint8Array,
  ): Promise<Pick<RawProof, 'proof' | 'publicSignals'>> {
    const key = this.#keys.get(circuit) ?? (await this.#load(circuit, provingKey))
    const number = Buffer.alloc(4)
    number.writeUInt32LE(key)
    return readProof(await this.#request(requests.prove, [number, witness]))
  }

  async #load(circuit: string, provingKey: Uint8Array): Promise<number> {
    const body = new BodyReader(await this.#request(requests.load, [provingKey]))
    const key = body.u32()
    this.#keys.set(circuit, key)
    return key
  }

  /** The body's parts are sent as they lie: a key may be hundreds of megabytes. */
  #request(kind: number, parts: readonly Uint8Array[]): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++ % 2 ** 32
      this.#call = { kind, id, resolve, reject }
      const size = parts.reduce((sum, part) => sum + part.byteLength, 0)
      this.#child.stdin.write(encodeHeader(kind, id, size))
      for (const part of parts) this.#child.stdin.write(part)
    })
  }

  #receive({ kind, id, body }: Frame): void {
    const call = this.#call
    if (!call || (id !== call.id && id !== 0)) throw new Error(`an answer to request ${id}`)
    this.#call = undefined
    if (kind === frameKinds.error) call.reject(readError(body))
    else if (kind === (call.kind | RESULT_BIT)) call.resolve(body)
    else call.reject(broken(new Error(`an answer of kind ${kind}`)))
  }

  #end(error: ProverError): void {
    this.ended = true
    this.#child.kill('SIGKILL')
    this.#call?.reject(error)
    this.#call = undefined
  }
}

/** Points and signals as the process computed them: whoever verifies the proof checks their ranges. */
function readProof(body: Buffer): Pick<RawProof, 'proof' | 'publicSignals'> {
  const reader = new BodyReader(body)
  const decimals = (count: number) => Array.from({ length: count }, () => String(reader.integer()))
  const proof: Groth16Proof = {
    pi_a: [...decimals(2), '1'],
    pi_b: [decimals(2), decimals(2), ['1', '0']],
    pi_c: [...decimals(2), '1'],
    protocol: 'groth16',
    curve: 'bn128',
  }
  const publicSignals = Array.from({ length: (body.length - 256) / 32 }, () => reader.integer())
  reader.end()
  return { proof, publicSignals }
}

function readError(body: Buffer): ProverError {
  const reader = new BodyReader(body)
  reader.u8() // retryable: this side's table of codes decides
  const [code, message] = [reader.text(), reader.text()]
  if (code === 'PROVER_BAD_KEY') return new ProverError('BAD_PROVING_KEY', message)
  if (code === 'PROVER_OUT_OF_MEMORY') return new ProverError('WORKER_CRASHED', message)
  return new ProverError('INTERNAL', `${code}: ${message}`)
}

function broken(error: unknown): ProverError {
  const what = error instanceof Error ? error.message : 'no error'
  return new ProverError('INTERNAL', `the native prover broke its protocol: ${what}`, { cause: error })
}
