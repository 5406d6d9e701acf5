/** The chain as a node sees it: what to wait for, what to sign, what was decided. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type BaseContract,
  type ContractTransactionResponse,
  type EventLog,
  isError,
  type JsonRpcProvider,
  keccak256,
  type Signer,
} from 'ethers'
import type { Groth16Proof } from '../prover/index.ts'
import { ChainRejectedError, ChainUnreachableError, NotChallengedError } from './errors.ts'
import type { SignedTransaction } from './outbox.ts'
import { toSolidity } from './proof-encoding.ts'
import type { Challenge, Commitment, RoundId, Samples, Settlement } from './round.ts'
