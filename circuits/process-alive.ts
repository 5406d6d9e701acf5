/** Tells whether the process that left a file behind is still there. */

/** A process of another user is alive as well (EPERM). What is no process number belongs to nobody. */
export function isAlive(pid: number): boolean {
  // 0 and negative numbers would ask about groups of processes.
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
