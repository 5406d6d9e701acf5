// Writes JSON with an indent of one space a level.
#include "proof_json.hpp"

#include <cstdio>

namespace pocps::groth16 {

namespace {

std::string quoted(const std::string& text) {
    std::string out = "\"";
    out += text;
    return out += '"';
}

std::string list(const std::vector<std::string>& items, std::size_t depth) {
    if (items.empty()) return "[]";
    std::string text = "[\n";
    for (const auto& item : items) {
        text += std::string(depth + 1, ' ') + item + (&item == &items.back() ? "\n" : ",\n");
    }
    return text + std::string(depth, ' ') + "]";
}

std::string pair(const std::array<Limbs, 2>& halves) {
    return list({quoted(decimal_of(halves[0])), quoted(decimal_of(halves[1]))}, 2);
}

std::string point(const std::array<Limbs, 2>& point) {
    return list({quoted(decimal_of(point[0])), quoted(decimal_of(point[1])), quoted("1")}, 1);
}

}  // namespace

std::string proof_json(const Proof& proof) {
    const std::string b = list({pair(proof.b[0]), pair(proof.b[1]), pair({Limbs{1, 0, 0, 0}, Limbs{}})}, 1);
    return "{\n \"pi_a\": " + point(proof.a) + ",\n \"pi_b\": " + b + ",\n \"pi_c\": " + point(proof.c) +
           ",\n \"protocol\": \"groth16\",\n \"curve\": \"bn128\"\n}";
}

std::string public_json(const Witness& witness, std::uint32_t publics) {
    std::vector<std::string> signals;
    for (std::uint32_t i = 1; i <= publics; i++) signals.push_back(quoted(decimal_of(witness[i])));
    return list(signals, 0);
}

void write_text(const std::string& path, const std::string& text) {
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    const bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if ((file != nullptr && std::fclose(file) != 0) || !written) throw Error(Code::kIo, "cannot write " + path);
}

}  // namespace pocps::groth16
