// The container that .zkey and .wtns share, and the headers of both.
#include "files.hpp"

#include <array>
#include <bit>
#include <cerrno>
#include <fstream>
#include <optional>

#include "prime_field.hpp"
#include "transform.hpp"

namespace pocps::groth16 {

namespace {

/// Takes fields off the front of bytes.
class Cursor {
   public:
    Cursor(Bytes rest, Code code, const char* where) : rest_(rest), code_(code), where_(where) {}

    Bytes take(std::uint64_t size) {
        if (rest_.size() < size) fail("is cut short");
        const Bytes taken = rest_.first(size);
        rest_ = rest_.subspan(size);
        return taken;
    }
    std::uint32_t u32() { return load_u32(take(4).data()); }
    std::uint64_t u64() {
        const std::uint64_t low = u32();
        return low | static_cast<std::uint64_t>(u32()) << 32;
    }
    void prime(const Limbs& expected, const char* name) {
        if (u32() != 32) fail("is over a field of another size");
        if (load_limbs(take(32).data()) != expected) fail(std::string("is of another curve: ") + name + " is not BN254's");
    }
    void end() const {
        if (!rest_.empty()) fail("is longer than its fields");
    }
    [[noreturn]] void fail(const std::string& what) const { throw Error(code_, std::string(where_) + " " + what); }

   private:
    Bytes rest_;
    Code code_;
    const char* where_;
};

/// Sections 1 .. kCount, each there once.
template <std::size_t kCount>
std::array<Bytes, kCount + 1> parse_sections(Bytes file, std::string_view magic, std::uint32_t version, Code code, const char* where) {
    Cursor cursor(file, code, where);
    const Bytes start = cursor.take(4);
    if (!std::equal(start.begin(), start.end(), magic.begin())) cursor.fail("does not begin with " + std::string(magic));
    if (cursor.u32() != version) cursor.fail("is of another version");
    if (cursor.u32() != kCount) cursor.fail("has another number of sections");
    std::array<std::optional<Bytes>, kCount + 1> found;
    for (std::size_t i = 0; i < kCount; i++) {
        const std::uint32_t type = cursor.u32();
        const std::uint64_t size = cursor.u64();
        if (type < 1 || type > kCount) cursor.fail("has an unknown section");
        if (found[type]) cursor.fail("has a section twice");
        found[type] = cursor.take(size);
    }
    cursor.end();
    std::array<Bytes, kCount + 1> sections;
    for (std::size_t i = 1; i <= kCount; i++) sections[i] = *found[i];  // kCount distinct types of kCount
    return sections;
}

Bytes points(Bytes section, std::uint64_t count, std::size_t size, const char* name) {
    if (section.size() != count * size) {
        throw Error(Code::kBadKey, std::string("section ") + name + " has " + std::to_string(section.size()) + " bytes, not " +
                                       std::to_string(count * size));
    }
    return section;
}

}  // namespace

Zkey parse_zkey(Bytes file) {
    constexpr std::uint32_t kGroth16 = 1;
    const auto sections = parse_sections<10>(file, "zkey", 1, Code::kBadKey, "the proving key");
    Cursor protocol(sections[1], Code::kBadKey, "the protocol section");
    if (protocol.u32() != kGroth16) protocol.fail("is not Groth16's");
    protocol.end();

    Zkey key;
    Cursor header(sections[2], Code::kBadKey, "the header");
    header.prime(BasePrime::kModulus, "q");
    header.prime(ScalarPrime::kModulus, "r");
    key.variables = header.u32();
    key.publics = header.u32();
    const std::uint32_t domain = header.u32();
    // Points are named by 31 bits, and the odd points of the domain need a root of twice its order.
    if (key.variables < 1 || key.variables >= (1u << 30)) header.fail("names an impossible number of variables");
    if (key.publics >= key.variables) header.fail("names more public variables than variables");
    if (domain < 2 || !std::has_single_bit(domain)) header.fail("names a domain that is no power of two");
    key.domain_power = static_cast<unsigned>(std::countr_zero(domain));
    if (key.domain_power >= kTwoAdicity) header.fail("names too large a domain");
    key.alpha1 = header.take(kG1Bytes);
    key.beta1 = header.take(kG1Bytes);
    key.beta2 = header.take(kG2Bytes);
    key.gamma2 = header.take(kG2Bytes);
    key.delta1 = header.take(kG1Bytes);
    key.delta2 = header.take(kG2Bytes);
    header.end();

    key.ic = points(sections[3], std::uint64_t{key.publics} + 1, kG1Bytes, "IC");
    Cursor coefficients(sections[4], Code::kBadKey, "the section of coefficients");
    const std::uint64_t count = coefficients.u32();
    key.coefficients = coefficients.take(count * kCoefficientBytes);
    coefficients.end();
    for (std::uint64_t i = 0; i < count; i++) {
        const std::uint8_t* const entry = key.coefficients.data() + i * kCoefficientBytes;
        if (load_u32(entry) > 1) coefficients.fail("names an unknown matrix");
        if (load_u32(entry + 4) >= domain) coefficients.fail("names a constraint outside the domain");
        if (load_u32(entry + 8) >= key.variables) coefficients.fail("names an unknown variable");
        if (!below_modulus(load_limbs(entry + 12))) coefficients.fail("has a value that is not reduced");
    }
    key.a = points(sections[5], key.variables, kG1Bytes, "A");
    key.b1 = points(sections[6], key.variables, kG1Bytes, "B1");
    key.b2 = points(sections[7], key.variables, kG2Bytes, "B2");
    key.c = points(sections[8], std::uint64_t{key.variables} - key.publics - 1, kG1Bytes, "C");
    key.h = points(sections[9], domain, kG1Bytes, "H");
    return key;
}

Witness parse_witness(Bytes file) {
    const auto sections = parse_sections<2>(file, "wtns", 2, Code::kBadWitness, "the witness");
    Cursor header(sections[1], Code::kBadWitness, "the witness's header");
    header.prime(ScalarPrime::kModulus, "r");
    const std::uint64_t count = header.u32();
    header.end();
    Cursor values(sections[2], Code::kBadWitness, "the witness's values");
    const Bytes bytes = values.take(count * 32);
    values.end();
    Witness witness(count);
    for (std::size_t i = 0; i < count; i++) {
        witness[i] = load_limbs(bytes.data() + 32 * i);
        if (!below_modulus(witness[i])) values.fail("are not all below r");
    }
    if (count < 1 || witness[0] != Limbs{1, 0, 0, 0}) values.fail("do not begin with 1");
    return witness;
}

SecretVector<std::uint8_t> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : -1;
    if (size < 0) throw Error(Code::kIo, "cannot read " + path);
    SecretVector<std::uint8_t> bytes(static_cast<std::size_t>(size));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(bytes.data()), size);
    if (file.gcount() != size) throw Error(Code::kIo, "cannot read the whole of " + path);
    return bytes;
}

}  // namespace pocps::groth16
