// Sums and Montgomery products of 256-bit elements with the carry chains of MULX, ADCX and ADOX (Broadwell, Zen and later).
#pragma once

#include "../field.hpp"

namespace pocps::groth16::adx {

#ifdef POCPS_X86

inline constexpr bool kCompiled = true;

// t += A rdx: high halves ride the carry flag, low halves the overflow flag; the fifth word is left in `top`.
#define POCPS_ROW(B)                                       \
    "movq %[" B "], %%rdx\n\t xorl %%eax, %%eax\n\t"       \
    "mulxq %[a0], %%rax, %[top]\n\t adoxq %%rax, %[t0]\n\t" \
    "adcxq %[top], %[t1]\n\t mulxq %[a1], %%rax, %[top]\n\t adoxq %%rax, %[t1]\n\t" \
    "adcxq %[top], %[t2]\n\t mulxq %[a2], %%rax, %[top]\n\t adoxq %%rax, %[t2]\n\t" \
    "adcxq %[top], %[t3]\n\t mulxq %[a3], %%rax, %[top]\n\t adoxq %%rax, %[t3]\n\t" \
    "movl $0, %%eax\n\t adcxq %%rax, %[top]\n\t adoxq %%rax, %[top]\n\t"
// t = (t + m p) / 2^64 with m such that the lowest word vanishes.
#define POCPS_REDUCE                                        \
    "movq %[inverse], %%rdx\n\t imulq %[t0], %%rdx\n\t xorl %%eax, %%eax\n\t" \
    "mulxq %[p0], %%rax, %[high]\n\t adcxq %[t0], %%rax\n\t movq %[high], %[t0]\n\t" \
    "adcxq %[t1], %[t0]\n\t mulxq %[p1], %%rax, %[t1]\n\t adoxq %%rax, %[t0]\n\t" \
    "adcxq %[t2], %[t1]\n\t mulxq %[p2], %%rax, %[t2]\n\t adoxq %%rax, %[t1]\n\t" \
    "adcxq %[t3], %[t2]\n\t mulxq %[p3], %%rax, %[t3]\n\t adoxq %%rax, %[t2]\n\t" \
    "movl $0, %%eax\n\t adcxq %%rax, %[t3]\n\t adoxq %[top], %[t3]\n\t"
#define POCPS_MODULUS(p) [p0] "m"((p)[0]), [p1] "m"((p)[1]), [p2] "m"((p)[2]), [p3] "m"((p)[3])

/// a b / 2^256 mod p, reduced. `modulus` must be below 2^254 with static storage.
[[gnu::always_inline]] inline Limbs multiply(const Limbs& a, const Limbs& b, const Limbs& modulus, const std::uint64_t& inverse) {
    Limbs t;
    std::uint64_t top, high;
    __asm__(
        "movq %[b0], %%rdx\n\t xorl %%eax, %%eax\n\t"
        "mulxq %[a0], %[t0], %[t1]\n\t"
        "mulxq %[a1], %%rax, %[t2]\n\t adoxq %%rax, %[t1]\n\t"
        "mulxq %[a2], %%rax, %[t3]\n\t adoxq %%rax, %[t2]\n\t"
        "mulxq %[a3], %%rax, %[top]\n\t adoxq %%rax, %[t3]\n\t"
        "movl $0, %%eax\n\t adoxq %%rax, %[top]\n\t"
        POCPS_REDUCE POCPS_ROW("b1") POCPS_REDUCE POCPS_ROW("b2") POCPS_REDUCE POCPS_ROW("b3") POCPS_REDUCE
        "movq %[t0], %%rax\n\t movq %[t1], %%rdx\n\t movq %[t2], %[top]\n\t movq %[t3], %[high]\n\t"
        "subq %[p0], %%rax\n\t sbbq %[p1], %%rdx\n\t sbbq %[p2], %[top]\n\t sbbq %[p3], %[high]\n\t"
        "cmovncq %%rax, %[t0]\n\t cmovncq %%rdx, %[t1]\n\t cmovncq %[top], %[t2]\n\t cmovncq %[high], %[t3]\n\t"
        : [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [t2] "=&r"(t[2]), [t3] "=&r"(t[3]), [top] "=&r"(top), [high] "=&r"(high)
        : [a0] "m"(a[0]), [a1] "m"(a[1]), [a2] "m"(a[2]), [a3] "m"(a[3]), [b0] "m"(b[0]), [b1] "m"(b[1]), [b2] "m"(b[2]),
          [b3] "m"(b[3]), POCPS_MODULUS(modulus), [inverse] "m"(inverse)
        : "rax", "rdx", "cc");
    return t;
}

/// a + b mod p of reduced a and b.
[[gnu::always_inline]] inline Limbs add(const Limbs& a, const Limbs& b, const Limbs& modulus) {
    Limbs t = a;
    std::uint64_t u0, u1, u2, u3;
    __asm__(
        "addq %[b0], %[t0]\n\t adcq %[b1], %[t1]\n\t adcq %[b2], %[t2]\n\t adcq %[b3], %[t3]\n\t"
        "movq %[t0], %[u0]\n\t movq %[t1], %[u1]\n\t movq %[t2], %[u2]\n\t movq %[t3], %[u3]\n\t"
        "subq %[p0], %[u0]\n\t sbbq %[p1], %[u1]\n\t sbbq %[p2], %[u2]\n\t sbbq %[p3], %[u3]\n\t"
        "cmovncq %[u0], %[t0]\n\t cmovncq %[u1], %[t1]\n\t cmovncq %[u2], %[t2]\n\t cmovncq %[u3], %[t3]\n\t"
        : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]), [u0] "=&r"(u0), [u1] "=&r"(u1),
          [u2] "=&r"(u2), [u3] "=&r"(u3)
        : [b0] "m"(b[0]), [b1] "m"(b[1]), [b2] "m"(b[2]), [b3] "m"(b[3]), POCPS_MODULUS(modulus)
        : "cc");
    return t;
}

/// a - b mod p of reduced a and b.
[[gnu::always_inline]] inline Limbs subtract(const Limbs& a, const Limbs& b, const Limbs& modulus) {
    Limbs t = a;
    std::uint64_t u0, u1, u2, u3;
    __asm__(
        "subq %[b0], %[t0]\n\t sbbq %[b1], %[t1]\n\t sbbq %[b2], %[t2]\n\t sbbq %[b3], %[t3]\n\t"
        "sbbq %[u0], %[u0]\n\t movq %[u0], %[u1]\n\t movq %[u0], %[u2]\n\t movq %[u0], %[u3]\n\t"
        "andq %[p0], %[u0]\n\t andq %[p1], %[u1]\n\t andq %[p2], %[u2]\n\t andq %[p3], %[u3]\n\t"
        "addq %[u0], %[t0]\n\t adcq %[u1], %[t1]\n\t adcq %[u2], %[t2]\n\t adcq %[u3], %[t3]\n\t"
        : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]), [u0] "=&r"(u0), [u1] "=&r"(u1),
          [u2] "=&r"(u2), [u3] "=&r"(u3)
        : [b0] "m"(b[0]), [b1] "m"(b[1]), [b2] "m"(b[2]), [b3] "m"(b[3]), POCPS_MODULUS(modulus)
        : "cc");
    return t;
}

#undef POCPS_ROW
#undef POCPS_REDUCE
#undef POCPS_MODULUS

#else

inline constexpr bool kCompiled = false;
Limbs multiply(const Limbs&, const Limbs&, const Limbs&, const std::uint64_t&);
Limbs add(const Limbs&, const Limbs&, const Limbs&);
Limbs subtract(const Limbs&, const Limbs&, const Limbs&);

#endif

}  // namespace pocps::groth16::adx
