// The two prime fields of BN254 in Montgomery form, over portable or MULX/ADX arithmetic.
#pragma once

#include "../field.hpp"
#include "adx.hpp"
#include "portable.hpp"

namespace pocps::groth16 {

/// Where the products come from; chosen at run time by choosing among instantiations (engine.hpp).
struct Portable {};
struct Adx {};

namespace detail {

/// 2^exponent mod modulus; the modulus is above 2^253.
constexpr Limbs power_of_two(const Limbs& modulus, unsigned exponent) {
    Limbs power{1, 0, 0, 0};
    std::uint64_t carry = 0;
    for (unsigned i = 0; i < exponent; i++) power = subtract_if_not_below(add_limbs(power, power, carry), modulus);
    return power;
}

/// -1/modulus mod 2^64, by Newton's iteration.
constexpr std::uint64_t negated_inverse(std::uint64_t modulus) {
    std::uint64_t inverse = 1;
    for (int i = 0; i < 6; i++) inverse *= 2 - modulus * inverse;
    return 0 - inverse;
}

}  // namespace detail

/// The field of the curve's coordinates.
struct BasePrime {
    static constexpr Limbs kModulus = {0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029};
    static constexpr std::uint64_t kInverse = detail::negated_inverse(kModulus[0]);
    static constexpr Limbs kOne = detail::power_of_two(kModulus, 256);
    static constexpr Limbs kSquare = detail::power_of_two(kModulus, 512);
};

/// The field of witnesses and scalars.
struct ScalarPrime {
    static constexpr Limbs kModulus = pocps::kModulus;
    static constexpr std::uint64_t kInverse = kMontgomeryInverse;
    static constexpr Limbs kOne = detail::power_of_two(kModulus, 256);
    static constexpr Limbs kSquare = kMontgomerySquare.limbs;
};

constexpr bool is_below(const Limbs& a, const Limbs& bound) {
    std::uint64_t borrow = 0;
    subtract_limbs(a, bound, borrow);
    return borrow == 1;
}

/// An element, always reduced: the integer x 2^256 mod p. Equality of limbs is equality of elements.
template <class Prime, class Arithmetic>
struct Field {
    Limbs limbs;

    static constexpr Field zero() { return {Limbs{}}; }
    static constexpr Field one() { return {Prime::kOne}; }
    static Field of(std::uint64_t value) { return from_integer({value, 0, 0, 0}); }
    /// `integer` may be any 256 bits.
    static Field from_integer(const Limbs& integer) { return Field{integer} * Field{Prime::kSquare}; }
    Limbs to_integer() const { return (*this * Field{{1, 0, 0, 0}}).limbs; }

    bool is_zero() const { return (limbs[0] | limbs[1] | limbs[2] | limbs[3]) == 0; }
    friend bool operator==(const Field&, const Field&) = default;

    [[gnu::always_inline]] friend inline Field operator+(const Field& a, const Field& b) {
        if constexpr (kAdx) return {adx::add(a.limbs, b.limbs, Prime::kModulus)};
        else return {portable::add(a.limbs, b.limbs, Prime::kModulus)};
    }
    [[gnu::always_inline]] friend inline Field operator-(const Field& a, const Field& b) {
        if constexpr (kAdx) return {adx::subtract(a.limbs, b.limbs, Prime::kModulus)};
        else return {portable::subtract(a.limbs, b.limbs, Prime::kModulus)};
    }
    /// One Montgomery product. One factor may be any 256 bits.
    [[gnu::always_inline]] friend inline Field operator*(const Field& a, const Field& b) {
        if constexpr (kAdx) return {adx::multiply(a.limbs, b.limbs, Prime::kModulus, Prime::kInverse)};
        else return {portable::multiply(a.limbs, b.limbs, Prime::kModulus, Prime::kInverse)};
    }
    /// Negated when `negate` is 1, itself when it is 0, without a branch.
    Field negated_if(std::uint64_t negate) const {
        const Field negated = -*this;
        Field result;
        for (std::size_t i = 0; i < 4; i++) result.limbs[i] = limbs[i] ^ ((limbs[i] ^ negated.limbs[i]) & (0 - negate));
        return result;
    }
    Field operator-() const { return zero() - *this; }
    Field doubled() const { return *this + *this; }
    Field squared() const { return *this * *this; }

    /// 1/a by Fermat, four bits of the exponent at a time; 0 for 0.
    Field inverse() const {
        std::uint64_t borrow = 0;
        const Limbs exponent = subtract_limbs(Prime::kModulus, {2, 0, 0, 0}, borrow);
        Field powers[16];
        powers[0] = one();
        for (int i = 1; i < 16; i++) powers[i] = powers[i - 1] * *this;
        Field result = one();
        for (int i = 63; i >= 0; i--) {
            for (int j = 0; j < 4; j++) result = result.squared();
            result = result * powers[(exponent[i / 16] >> (4 * (i % 16))) & 15];
        }
        return result;
    }

   private:
    static constexpr bool kAdx = std::is_same_v<Arithmetic, Adx> && adx::kCompiled;
};

template <class Arithmetic>
using Fq = Field<BasePrime, Arithmetic>;
template <class Arithmetic>
using FrOf = Field<ScalarPrime, Arithmetic>;

/// Fq[u] / (u^2 + 1).
template <class Arithmetic>
struct Fq2 {
    using Base = Fq<Arithmetic>;
    Base re, im;

    static constexpr Fq2 zero() { return {Base::zero(), Base::zero()}; }
    static constexpr Fq2 one() { return {Base::one(), Base::zero()}; }
    bool is_zero() const { return re.is_zero() && im.is_zero(); }
    friend bool operator==(const Fq2&, const Fq2&) = default;
    friend Fq2 operator+(const Fq2& a, const Fq2& b) { return {a.re + b.re, a.im + b.im}; }
    friend Fq2 operator-(const Fq2& a, const Fq2& b) { return {a.re - b.re, a.im - b.im}; }
    Fq2 operator-() const { return {-re, -im}; }
    Fq2 negated_if(std::uint64_t negate) const { return {re.negated_if(negate), im.negated_if(negate)}; }
    Fq2 doubled() const { return *this + *this; }
    Fq2 squared() const {
        const Base cross = re * im;
        return {(re + im) * (re - im), cross + cross};
    }
    friend Fq2 operator*(const Fq2& a, const Fq2& b) {
        const Base low = a.re * b.re, high = a.im * b.im;
        return {low - high, (a.re + a.im) * (b.re + b.im) - low - high};
    }
    Fq2 inverse() const {
        const Base norm = (re.squared() + im.squared()).inverse();
        return {re * norm, -(im * norm)};
    }
};

}  // namespace pocps::groth16
