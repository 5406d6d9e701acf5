// Sums and Montgomery products of 256-bit elements in C++, written out: compilers leave loops over limbs in memory.
#pragma once

#include "../field.hpp"

namespace pocps::groth16::portable {

using Word = std::uint64_t;
using Double = unsigned __int128;

/// a + b + carry; `carry`, 0 or 1, becomes the word above.
[[gnu::always_inline]] inline Word add_word(Word a, Word b, Word& carry) {
#ifdef POCPS_X86
    unsigned long long sum;
    carry = __builtin_ia32_addcarryx_u64(static_cast<unsigned char>(carry), a, b, &sum);
    return sum;
#else
    const Double sum = static_cast<Double>(a) + b + carry;
    carry = static_cast<Word>(sum >> 64);
    return static_cast<Word>(sum);
#endif
}

/// a - b - borrow; `borrow` becomes 0 or 1.
[[gnu::always_inline]] inline Word subtract_word(Word a, Word b, Word& borrow) {
#ifdef POCPS_X86
    unsigned long long difference;
    borrow = __builtin_ia32_sbb_u64(static_cast<unsigned char>(borrow), a, b, &difference);
    return difference;
#else
    const Double difference = static_cast<Double>(a) - b - borrow;
    borrow = static_cast<Word>(difference >> 64) & 1;
    return static_cast<Word>(difference);
#endif
}

/// t + a b + carry, which is below 2^128; `carry` becomes the high word.
[[gnu::always_inline]] inline Word multiply_word(Word t, Word a, Word b, Word& carry) {
    const Double sum = static_cast<Double>(a) * b + t + carry;
    carry = static_cast<Word>(sum >> 64);
    return static_cast<Word>(sum);
}

/// t below twice the modulus, reduced.
[[gnu::always_inline]] inline Limbs reduced(Word t0, Word t1, Word t2, Word t3, const Limbs& modulus) {
    Word borrow = 0;
    const Word u0 = subtract_word(t0, modulus[0], borrow), u1 = subtract_word(t1, modulus[1], borrow);
    const Word u2 = subtract_word(t2, modulus[2], borrow), u3 = subtract_word(t3, modulus[3], borrow);
    const Word keep = 0 - borrow;
    return {u0 ^ ((t0 ^ u0) & keep), u1 ^ ((t1 ^ u1) & keep), u2 ^ ((t2 ^ u2) & keep), u3 ^ ((t3 ^ u3) & keep)};
}

[[gnu::always_inline]] inline Limbs add(const Limbs& a, const Limbs& b, const Limbs& modulus) {
    Word carry = 0;  // stays 0: both are below 2^254
    const Word t0 = add_word(a[0], b[0], carry), t1 = add_word(a[1], b[1], carry);
    const Word t2 = add_word(a[2], b[2], carry), t3 = add_word(a[3], b[3], carry);
    return reduced(t0, t1, t2, t3, modulus);
}

[[gnu::always_inline]] inline Limbs subtract(const Limbs& a, const Limbs& b, const Limbs& modulus) {
    Word borrow = 0, carry = 0;
    const Word t0 = subtract_word(a[0], b[0], borrow), t1 = subtract_word(a[1], b[1], borrow);
    const Word t2 = subtract_word(a[2], b[2], borrow), t3 = subtract_word(a[3], b[3], borrow);
    const Word mask = 0 - borrow;
    const Word r0 = add_word(t0, modulus[0] & mask, carry), r1 = add_word(t1, modulus[1] & mask, carry);
    const Word r2 = add_word(t2, modulus[2] & mask, carry), r3 = add_word(t3, modulus[3] & mask, carry);
    return {r0, r1, r2, r3};
}

/// a b / 2^256 mod p, reduced; the modulus is below 2^254, so the carry of the outer word stays in 64 bits. One factor may be
/// any 256 bits: the sum before the last subtraction is below 2^256 p / 2^256 + p.
[[gnu::always_inline]] inline Limbs multiply(const Limbs& a, const Limbs& b, const Limbs& modulus, Word inverse) {
    Word t0 = 0, t1 = 0, t2 = 0, t3 = 0;
    const auto step = [&](Word factor) __attribute__((always_inline)) {
        Word high = 0, low = 0;
        t0 = multiply_word(t0, a[0], factor, high);
        const Word m = t0 * inverse;
        (void)multiply_word(t0, m, modulus[0], low);
        t1 = multiply_word(t1, a[1], factor, high);
        t0 = multiply_word(t1, m, modulus[1], low);
        t2 = multiply_word(t2, a[2], factor, high);
        t1 = multiply_word(t2, m, modulus[2], low);
        t3 = multiply_word(t3, a[3], factor, high);
        t2 = multiply_word(t3, m, modulus[3], low);
        t3 = high + low;
    };
    step(b[0]);
    step(b[1]);
    step(b[2]);
    step(b[3]);
    return reduced(t0, t1, t2, t3, modulus);
}

}  // namespace pocps::groth16::portable
