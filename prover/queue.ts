/** A queue of jobs: the earliest deadline first, then first come first served. */

export type Queued = {
  /** Milliseconds of the epoch; infinity without one. */
  readonly deadline: number
}

export class DeadlineQueue<T extends Queued> {
  readonly #jobs: T[] = []

  get size(): number {
    return this.#jobs.length
  }

  push(job: T): void {
    const later = this.#jobs.findIndex((other) => other.deadline > job.deadline)
    this.#jobs.splice(later === -1 ? this.#jobs.length : later, 0, job)
  }

  shift(): T | undefined {
    return this.#jobs.shift()
  }

  remove(job: T): boolean {
    const index = this.#jobs.indexOf(job)
    if (index !== -1) this.#jobs.splice(index, 1)
    return index !== -1
  }

  /** Empties the queue. */
  takeAll(): T[] {
    return this.#jobs.splice(0)
  }
}
