// Proofs and public signals as the JSON that snarkjs writes, byte for byte.
#pragma once

#include <string>

#include "engine.hpp"

namespace pocps::groth16 {

std::string proof_json(const Proof& proof);

/// The values 1 .. publics of the witness, which has more.
std::string public_json(const Witness& witness, std::uint32_t publics);

/// Replaces the file. Throws Error(kIo).
void write_text(const std::string& path, const std::string& text);

}  // namespace pocps::groth16
