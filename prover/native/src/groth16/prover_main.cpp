// The prover: makes Groth16 proofs from snarkjs's proving keys and circom's witnesses.
#include "prover_cli.hpp"

int main(int count, char** arguments) { return pocps::groth16::command_line(count, arguments); }
