// Choice of the arithmetic and of the blinding factors.
#include "engine.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

#include "../field_adx.hpp"

namespace pocps::groth16 {

namespace {

Limbs uniform_scalar() {
    for (;;) {
        Limbs scalar{};
        std::size_t have = 0;
        while (have < sizeof scalar) {
            const ssize_t count = ::getrandom(reinterpret_cast<char*>(scalar.data()) + have, sizeof scalar - have, 0);
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) throw Error(Code::kInternal, "the operating system gives no random bytes");
            have += static_cast<std::size_t>(count);
        }
        scalar[3] &= (std::uint64_t{1} << 62) - 1;  // r is below 2^254, so three of four draws are taken
        if (below_modulus(scalar)) return scalar;
    }
}

}  // namespace

Blinding Blinding::draw() { return {uniform_scalar(), uniform_scalar()}; }

Blinding::~Blinding() { clear_memory(this, sizeof *this); }

std::vector<Engine> engines() {
    std::vector<Engine> all;
    if (adx_available()) all.push_back({"adx", prepare_adx});
    all.push_back({"portable", prepare_portable});
    const char* const named = std::getenv("POCPS_PROVER_PATH");
    if (named == nullptr) return all;
    std::erase_if(all, [&](const Engine& engine) { return engine.name != named; });
    if (all.empty()) throw Error(Code::kBadRequest, "POCPS_PROVER_PATH: this processor or build has no " + std::string(named));
    return all;
}

}  // namespace pocps::groth16
