/** Octets as numbers, as the enclave circuits pack them. */

/** Big-endian; 0 for none. */
export function numberOf(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${Buffer.from(octets).toString('hex')}`)
}

/** Elements of 31 octets each, the last one of what is left. */
export function elementsOf(octets: Uint8Array): bigint[] {
  const elements: bigint[] = []
  for (let start = 0; start < octets.length; start += 31) elements.push(numberOf(octets.subarray(start, start + 31)))
  return elements
}

/** High and low 128 bits of every 32 octets. */
export function halvesOf(octets: Uint8Array): bigint[] {
  return Array.from({ length: octets.length / 16 }, (_, i) => numberOf(octets.subarray(16 * i, 16 * i + 16)))
}

/** The blocks that SHA-256 reads: the message, a one, zeros, and its length in bits. */
export function padded(message: Uint8Array): Buffer {
  const blocks = Buffer.alloc(64 * Math.ceil((message.length + 9) / 64))
  blocks.set(message)
  blocks[message.length] = 0x80
  blocks.writeBigUInt64BE(BigInt(8 * message.length), blocks.length - 8)
  return blocks
}
