// The engine over MULX and ADX; needs adx_available().
#include "engine_template.hpp"

namespace pocps::groth16 {

std::unique_ptr<PreparedKey> prepare_adx(const Zkey& key, ThreadPool& threads) {
    return std::make_unique<PreparedKeyOf<Adx>>(key, threads);
}

}  // namespace pocps::groth16
