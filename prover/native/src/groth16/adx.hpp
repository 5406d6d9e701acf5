// Sums and Montgomery products of 256-bit elements with the carry chains of MULX, ADCX and ADOX (Broadwell, Zen and later).
#pragma once

#include "../field.hpp"

namespace pocps::groth16::adx {

#ifdef POCPS_X86

inline constexpr bool kCompiled = true;

// Operands are one address each (and named as memory, so that they are stored before): a register a word would be too many.
// t += a rdx: high halves ride the carry flag, low halves the overflow flag; the fifth word is left in `top`.
#define POCPS_ROW(B)                                       \
    "movq " B "(%[b]), %%rdx\n\t xorl %%eax, %%eax\n\t"       \
    "mulxq (%[a]), %%rax, %[top]\n\t adoxq %%rax, %[t0]\n\t" \
    "adcxq %[top], %[t1]\n\t mulxq 8(%[a]), %%rax, %[top]\n\t adoxq %%rax, %[t1]\n\t" \
    "adcxq %[top], %[t2]\n\t mulxq 16(%[a]), %%rax, %[top]\n\t adoxq %%rax, %[t2]\n\t" \
    "adcxq %[top], %[t3]\n\t mulxq 24(%[a]), %%rax, %[top]\n\t adoxq %%rax, %[t3]\n\t" \
    "movl $0, %%eax\n\t adcxq %%rax, %[top]\n\t adoxq %%rax, %[top]\n\t"
// t = (t + m p) / 2^64 with m such that the lowest word vanishes.
#define POCPS_REDUCE                                        \
    "movq %[inverse], %%rdx\n\t imulq %[t0], %%rdx\n\t xorl %%eax, %%eax\n\t" \
    "mulxq (%[p]), %%rax, %[high]\n\t adcxq %[t0], %%rax\n\t movq %[high], %[t0]\n\t" \
    "adcxq %[t1], %[t0]\n\t mulxq 8(%[p]), %%rax, %[t1]\n\t adoxq %%rax, %[t0]\n\t" \
    "adcxq %[t2], %[t1]\n\t mulxq 16(%[p]), %%rax, %[t2]\n\t adoxq %%rax, %[t1]\n\t" \
    "adcxq %[t3], %[t2]\n\t mulxq 24(%[p]), %%rax, %[t3]\n\t adoxq %%rax, %[t2]\n\t" \
    "movl $0, %%eax\n\t adcxq %%rax, %[t3]\n\t adoxq %[top], %[t3]\n\t"

/// a b / 2^256 mod p, reduced. `modulus` must be below 2^254 with static storage.
[[gnu::always_inline]] inline Limbs multiply(const Limbs& a, const Limbs& b, const Limbs& modulus, const std::uint64_t& inverse) {
    Limbs t;
    std::uint64_t top, high;
    __asm__(
        "movq (%[b]), %%rdx\n\t xorl %%eax, %%eax\n\t"
        "mulxq (%[a]), %[t0], %[t1]\n\t"
        "mulxq 8(%[a]), %%rax, %[t2]\n\t adoxq %%rax, %[t1]\n\t"
        "mulxq 16(%[a]), %%rax, %[t3]\n\t adoxq %%rax, %[t2]\n\t"
        "mulxq 24(%[a]), %%rax, %[top]\n\t adoxq %%rax, %[t3]\n\t"
        "movl $0, %%eax\n\t adoxq %%rax, %[top]\n\t"
        POCPS_REDUCE POCPS_ROW("8") POCPS_REDUCE POCPS_ROW("16") POCPS_REDUCE POCPS_ROW("24") POCPS_REDUCE
        "movq %[t0], %%rax\n\t movq %[t1], %%rdx\n\t movq %[t2], %[top]\n\t movq %[t3], %[high]\n\t"
        "subq (%[p]), %%rax\n\t sbbq 8(%[p]), %%rdx\n\t sbbq 16(%[p]), %[top]\n\t sbbq 24(%[p]), %[high]\n\t"
        "cmovncq %%rax, %[t0]\n\t cmovncq %%rdx, %[t1]\n\t cmovncq %[top], %[t2]\n\t cmovncq %[high], %[t3]\n\t"
        : [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [t2] "=&r"(t[2]), [t3] "=&r"(t[3]), [top] "=&r"(top), [high] "=&r"(high)
        : [a] "r"(a.data()), [b] "r"(b.data()), [p] "r"(modulus.data()), "m"(a), "m"(b), "m"(modulus), [inverse] "m"(inverse)
        : "rax", "rdx", "cc");
    return t;
}

/// a + b mod p of reduced a and b.
[[gnu::always_inline]] inline Limbs add(const Limbs& a, const Limbs& b, const Limbs& modulus) {
    Limbs t = a;
    std::uint64_t u0, u1, u2, u3;
    __asm__(
        "addq (%[b]), %[t0]\n\t adcq 8(%[b]), %[t1]\n\t adcq 16(%[b]), %[t2]\n\t adcq 24(%[b]), %[t3]\n\t"
        "movq %[t0], %[u0]\n\t movq %[t1], %[u1]\n\t movq %[t2], %[u2]\n\t movq %[t3], %[u3]\n\t"
        "subq (%[p]), %[u0]\n\t sbbq 8(%[p]), %[u1]\n\t sbbq 16(%[p]), %[u2]\n\t sbbq 24(%[p]), %[u3]\n\t"
        "cmovncq %[u0], %[t0]\n\t cmovncq %[u1], %[t1]\n\t cmovncq %[u2], %[t2]\n\t cmovncq %[u3], %[t3]\n\t"
        : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]), [u0] "=&r"(u0), [u1] "=&r"(u1),
          [u2] "=&r"(u2), [u3] "=&r"(u3)
        : [b] "r"(b.data()), [p] "r"(modulus.data()), "m"(b), "m"(modulus)
        : "cc");
    return t;
}

/// a - b mod p of reduced a and b.
[[gnu::always_inline]] inline Limbs subtract(const Limbs& a, const Limbs& b, const Limbs& modulus) {
    Limbs t = a;
    std::uint64_t u0, u1, u2, u3;
    __asm__(
        "subq (%[b]), %[t0]\n\t sbbq 8(%[b]), %[t1]\n\t sbbq 16(%[b]), %[t2]\n\t sbbq 24(%[b]), %[t3]\n\t"
        "sbbq %[u0], %[u0]\n\t movq %[u0], %[u1]\n\t movq %[u0], %[u2]\n\t movq %[u0], %[u3]\n\t"
        "andq (%[p]), %[u0]\n\t andq 8(%[p]), %[u1]\n\t andq 16(%[p]), %[u2]\n\t andq 24(%[p]), %[u3]\n\t"
        "addq %[u0], %[t0]\n\t adcq %[u1], %[t1]\n\t adcq %[u2], %[t2]\n\t adcq %[u3], %[t3]\n\t"
        : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]), [u0] "=&r"(u0), [u1] "=&r"(u1),
          [u2] "=&r"(u2), [u3] "=&r"(u3)
        : [b] "r"(b.data()), [p] "r"(modulus.data()), "m"(b), "m"(modulus)
        : "cc");
    return t;
}

#undef POCPS_ROW
#undef POCPS_REDUCE

#else

inline constexpr bool kCompiled = false;
Limbs multiply(const Limbs&, const Limbs&, const Limbs&, const std::uint64_t&);
Limbs add(const Limbs&, const Limbs&, const Limbs&);
Limbs subtract(const Limbs&, const Limbs&, const Limbs&);

#endif

}  // namespace pocps::groth16::adx
