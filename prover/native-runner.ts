/** The `Runner` that executes kernels in the native runner's process. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { ProverError } from './errors.ts'
import {
  BodyReader,
  BodyWriter,
  encodeFrame,
  type Frame,
  FrameDecoder,
  frameKinds,
  RESULT_BIT,
  readError,
  readOpening,
} from './native-protocol.ts'
import type {
  KernelInput,
  Opening,
  OpenRequest,
  Runner,
  RunnerInfo,
  RunOptions,
  RunProgress,
  RunRequest,
  RunResult,
} from './runner.ts'

export type NativeRunnerOptions = {
  /** What `buildNativeRunner` made. */
  readonly executable: string
  /** Threads of the process; all processors when absent. */
  readonly threads?: number
  /** Closes the runner; what is in flight rejects with `ABORTED`. */
  readonly signal?: AbortSignal
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

type Call = {
  readonly id: number
  readonly kind: number
  readonly resolve: (body: Buffer) => void
  readonly reject: (error: ProverError) => void
  readonly onProgress: ((progress: RunProgress) => void) | undefined
}

type CallOptions = { readonly signal?: AbortSignal | undefined; readonly onProgress?: RunOptions['onProgress'] }

const STDERR_TAIL = 2000
/** A process that does not end this long after its input did is killed. */
const CLOSE_GRACE_MS = 3000
const STEPS_STAGE = 1

/**
 * Starts the process and asks it for its path.
 *
 * The process ends when its input does, so it cannot outlive this one. When it dies, the call in flight rejects with
 * `RUNNER_CRASHED` and the next call starts another.
 *
 * @throws {ProverError} RUNNER_UNAVAILABLE the executable does not start; ABORTED the signal is aborted.
 */
export async function createNativeRunner(options: NativeRunnerOptions): Promise<Runner> {
  const runner = new NativeRunner(options)
  await runner.info()
  return runner
}

class NativeRunner implements Runner {
  readonly #executable: string
  readonly #arguments: readonly string[]
  #child: Child | undefined
  #call: Call | undefined
  #queue: Promise<unknown> = Promise.resolve()
  #nextId = 1
  #closing: Promise<void> | undefined

  constructor({ executable, threads, signal }: NativeRunnerOptions) {
    this.#executable = executable
    this.#arguments = threads === undefined ? ['serve'] : ['serve', '--threads', String(threads)]
    if (signal?.aborted) this.#closing = Promise.resolve()
    signal?.addEventListener('abort', () => void this.close(), { once: true })
  }

  async info(): Promise<RunnerInfo> {
    const body = new BodyReader(await this.#request(frameKinds.info, new BodyWriter()))
    const path = body.text()
    const threads = body.u32()
    body.text() // the note on the choice of path, also on the process's stderr
    body.end()
    return { kind: 'native', path, threads }
  }

  async datasetRoot({ profile, datasetSeed }: KernelInput): Promise<bigint> {
    const request = new BodyWriter().kernelInput(profile, datasetSeed)
    const body = new BodyReader(await this.#request(frameKinds.datasetRoot, request))
    const root = body.element()
    body.end()
    return root
  }

  async run(request: RunRequest, { signal, onProgress }: RunOptions = {}): Promise<RunResult> {
    if (!(request.windowMs >= 0)) throw new ProverError('RUNNER_BAD_REQUEST', `windowMs = ${request.windowMs}`)
    const called = performance.now()
    const send = () => {
      // The window began when `run` was called, not when its turn came.
      const left = Math.max(0, request.windowMs - (performance.now() - called))
      return new BodyWriter()
        .kernelInput(request.profile, request.datasetSeed)
        .element('challenge', request.challenge)
        .u64('windowMs', Math.floor(left * 1000))
        .u64('maxSteps', request.maxSteps)
        .path(resolve(request.tracePath))
    }
    const body = new BodyReader(await this.#request(frameKinds.run, send, { signal, onProgress }))
    const result = { traceRoot: body.element(), steps: body.u64(), elapsedMs: body.u64() / 1000 }
    body.end()
    return result
  }

  async open(request: OpenRequest): Promise<Opening> {
    const encoded = new BodyWriter()
      .kernelInput(request.profile, request.datasetSeed)
      .element('challenge', request.challenge)
      .element('sampleSeed', request.sampleSeed)
      .u64('sampleIndex', request.sampleIndex)
      .path(resolve(request.tracePath))
    return readOpening(await this.#request(frameKinds.open, encoded), request.profile)
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop()
    return this.#closing
  }

  async #stop(): Promise<void> {
    this.#fail(new ProverError('ABORTED', 'the runner was closed'))
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    await new Promise<void>((done) => {
      const kill = setTimeout(() => child.kill('SIGKILL'), CLOSE_GRACE_MS)
      child.once('close', () => {
        clearTimeout(kill)
        done()
      })
      child.stdin.end()
    })
  }

  /** One request at a time: the next is sent when the one before has its answer. */
  #request(kind: number, body: BodyWriter | (() => BodyWriter), options: CallOptions = {}): Promise<Buffer> {
    const turn = this.#queue.then(() => this.#send(kind, typeof body === 'function' ? body() : body, options))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  #send(kind: number, body: BodyWriter, { signal, onProgress }: CallOptions): Promise<Buffer> {
    return new Promise<Buffer>((resolvePromise, rejectPromise) => {
      if (this.#closing) return rejectPromise(new ProverError('ABORTED', 'the runner is closed'))
      if (signal?.aborted) return rejectPromise(new ProverError('ABORTED', 'the request was aborted'))
      const id = this.#nextId++ % 2 ** 32
      const child = this.#running()
      // The answer to `cancel` is the request's own: until then the process may still write the trace.
      const cancel = () => {
        const target = new BodyWriter().u32('id', id).bytes()
        child.stdin.write(encodeFrame(frameKinds.cancel, this.#nextId++ % 2 ** 32, target))
      }
      const settled = () => signal?.removeEventListener('abort', cancel)
      this.#call = {
        id,
        kind,
        onProgress,
        resolve: (answer) => {
          settled()
          if (signal?.aborted) rejectPromise(new ProverError('ABORTED', 'the request was aborted'))
          else resolvePromise(answer)
        },
        reject: (error) => {
          settled()
          rejectPromise(error)
        },
      }
      signal?.addEventListener('abort', cancel, { once: true })
      child.stdin.write(encodeFrame(kind, id, body.bytes()))
    })
  }

  #running(): Child {
    if (this.#child) return this.#child
    const child = spawn(this.#executable, this.#arguments, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child = child
    const decoder = new FrameDecoder()
    let stderr = ''
    const lost = (error: ProverError) => {
      if (this.#child !== child) return
      this.#child = undefined
      this.#fail(error)
    }
    child.stdin.on('error', () => undefined) // a broken pipe is reported by 'close'
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_TAIL)
    })
    child.stdout.on('data', (chunk: Buffer) => {
      try {
        for (const frame of decoder.push(chunk)) this.#receive(frame)
      } catch (error) {
        lost(error instanceof ProverError ? error : new ProverError('INTERNAL', String(error), { cause: error }))
        child.kill('SIGKILL')
      }
    })
    child.on('error', (cause) => {
      lost(new ProverError('RUNNER_UNAVAILABLE', `${this.#executable} does not start: ${cause.message}`, { cause }))
    })
    child.on('close', (code, killed) => {
      const why = killed ? `signal ${killed}` : `exit status ${code}`
      lost(new ProverError('RUNNER_CRASHED', `the runner process ended with ${why}${stderr && `: ${stderr.trim()}`}`))
    })
    return child
  }

  #receive({ kind, id, body }: Frame): void {
    const call = this.#call
    if (this.#closing) return
    if (kind === (frameKinds.cancel | RESULT_BIT)) return
    if (!call || (call.id !== id && id !== 0)) throw new ProverError('RUNNER_PROTOCOL', `an answer to request ${id}`)
    if (kind === frameKinds.progress) {
      report(call, body)
    } else if (kind === frameKinds.error) {
      this.#fail(readError(body))
    } else if (kind === (call.kind | RESULT_BIT)) {
      this.#call = undefined
      call.resolve(body)
    } else {
      throw new ProverError('RUNNER_PROTOCOL', `an answer of kind ${kind}`)
    }
  }

  #fail(error: ProverError): void {
    const call = this.#call
    this.#call = undefined
    call?.reject(error)
  }
}

function report({ onProgress }: Call, body: Buffer): void {
  const reader = new BodyReader(body)
  const stage = reader.u8()
  const steps = reader.u64()
  reader.u64() // total
  const elapsedMs = reader.u64() / 1000
  reader.end()
  if (stage === STEPS_STAGE) onProgress?.({ steps, elapsedMs })
}
