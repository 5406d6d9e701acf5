// The door to the proving arithmetic: one table of functions for each instruction set, chosen at run time.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "../thread_pool.hpp"
#include "files.hpp"

namespace pocps::groth16 {

/// Affine coordinates as plain integers; a coordinate of G2 is its real and its imaginary half.
struct Proof {
    std::array<Limbs, 2> a;
    std::array<std::array<Limbs, 2>, 2> b;
    std::array<Limbs, 2> c;
};

/// Blinding factors, below r.
struct Blinding {
    Limbs r{}, s{};
    /// Uniform from the operating system. Throws Error(kInternal) when it has none.
    static Blinding draw();
    ~Blinding();
};

/// A key whose points were checked and laid out for proving. Immutable: proofs may share it, one at a time a pool.
class PreparedKey {
   public:
    virtual ~PreparedKey() = default;
    virtual std::uint32_t publics() const = 0;
    /// Throws Error(kBadWitness) when the witness is of another length. It does not notice an unsatisfying witness: the
    /// proof then does not verify.
    virtual Proof prove(const Witness& witness, const Blinding& blinding, ThreadPool& threads) const = 0;
};

struct Engine {
    std::string name;
    /// Copies what it needs. Throws Error(kBadKey) for a coordinate that is not reduced, a point off its curve or out of its
    /// group, or a point at infinity where none may be.
    std::unique_ptr<PreparedKey> (*prepare)(const Zkey& key, ThreadPool& threads);
};

/// Fastest first, of those this processor has: adx, portable. POCPS_PROVER_PATH names one alone; throws Error(kBadRequest)
/// for an unknown or missing one. An AVX-512 IFMA engine would be a third instantiation of engine_template.hpp with vector
/// kernels for ListSums and CosetTransform; there is none yet.
std::vector<Engine> engines();

std::unique_ptr<PreparedKey> prepare_portable(const Zkey& key, ThreadPool& threads);
std::unique_ptr<PreparedKey> prepare_adx(const Zkey& key, ThreadPool& threads);

}  // namespace pocps::groth16
