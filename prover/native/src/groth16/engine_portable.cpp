// The engine over portable arithmetic.
#include "engine_template.hpp"

namespace pocps::groth16 {

std::unique_ptr<PreparedKey> prepare_portable(const Zkey& key, ThreadPool& threads) {
    return std::make_unique<PreparedKeyOf<Portable>>(key, threads);
}

}  // namespace pocps::groth16
