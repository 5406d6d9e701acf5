// Sums of products in eight registers, two carry chains at a time.
#include "field_adx.hpp"

namespace pocps {

#ifdef POCPS_X86

bool adx_available() { return __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_supports("adx") != 0; }

// clang-format off: one instruction or one pair a line.

// words[i .. 7] += rdx * B. Low halves ride the carry flag, high halves the overflow flag; `xor` clears both, and what
// is left of them runs up to the top word, which never overflows (22 r^2 < 2^512).
#define POCPS_ROW(B, W0, W1, W2, W3, W4)     \
    "xorl %%ebx, %%ebx\n\t"                  \
    "mulx 0(" B                              \
    "), %%rax, %%rcx\n\t"                    \
    "adcx %%rax, " W0 "\n\t adox %%rcx, " W1 \
    "\n\t"                                   \
    "mulx 8(" B                              \
    "), %%rax, %%rcx\n\t"                    \
    "adcx %%rax, " W1 "\n\t adox %%rcx, " W2 \
    "\n\t"                                   \
    "mulx 16(" B                             \
    "), %%rax, %%rcx\n\t"                    \
    "adcx %%rax, " W2 "\n\t adox %%rcx, " W3 \
    "\n\t"                                   \
    "mulx 24(" B                             \
    "), %%rax, %%rcx\n\t"                    \
    "adcx %%rax, " W3 "\n\t adox %%rcx, " W4 \
    "\n\t"                                   \
    "adcx %%rbx, " W4 "\n\t"
#define POCPS_CARRY(W) "adox %%rbx, " W "\n\t adcx %%rbx, " W "\n\t"

// Row i of a product whose words 0 .. 7 are r8 .. r15.
#define POCPS_ROW0(B)                                       \
    POCPS_ROW(B, "%%r8", "%%r9", "%%r10", "%%r11", "%%r12") \
    POCPS_CARRY("%%r13") POCPS_CARRY("%%r14") POCPS_CARRY("%%r15")
#define POCPS_ROW1(B)                                        \
    POCPS_ROW(B, "%%r9", "%%r10", "%%r11", "%%r12", "%%r13") \
    POCPS_CARRY("%%r14") POCPS_CARRY("%%r15")
#define POCPS_ROW2(B) POCPS_ROW(B, "%%r10", "%%r11", "%%r12", "%%r13", "%%r14") POCPS_CARRY("%%r15")
#define POCPS_ROW3(B) POCPS_ROW(B, "%%r11", "%%r12", "%%r13", "%%r14", "%%r15")
#define POCPS_QUOTIENT(W) "movq %[inverse], %%rdx\n\t imulq " W ", %%rdx\n\t"

Fr dot_adx(const Fr* a, const Fr* b, std::size_t count) {
    const Fr* const end = a + count;
    const Limbs* const modulus = &kModulus;
    Limbs sum;
    __asm__(
        "xorl %%r8d, %%r8d\n\t xorl %%r9d, %%r9d\n\t xorl %%r10d, %%r10d\n\t xorl %%r11d, %%r11d\n\t"
        "xorl %%r12d, %%r12d\n\t xorl %%r13d, %%r13d\n\t xorl %%r14d, %%r14d\n\t xorl %%r15d, %%r15d\n\t"
        "1:\n\t"
        "movq 0(%[a]), %%rdx\n\t" POCPS_ROW0("%[b]")
        "movq 8(%[a]), %%rdx\n\t" POCPS_ROW1("%[b]")
        "movq 16(%[a]), %%rdx\n\t" POCPS_ROW2("%[b]")
        "movq 24(%[a]), %%rdx\n\t" POCPS_ROW3("%[b]")
        "addq $32, %[a]\n\t addq $32, %[b]\n\t cmpq %[end], %[a]\n\t jne 1b\n\t"
        "movq %[modulus], %[b]\n\t"
        POCPS_QUOTIENT("%%r8") POCPS_ROW0("%[b]")
        POCPS_QUOTIENT("%%r9") POCPS_ROW1("%[b]")
        POCPS_QUOTIENT("%%r10") POCPS_ROW2("%[b]")
        POCPS_QUOTIENT("%%r11") POCPS_ROW3("%[b]")
        "movq %%r12, %[s0]\n\t movq %%r13, %[s1]\n\t movq %%r14, %[s2]\n\t movq %%r15, %[s3]\n\t"
        : [a] "+S"(a), [b] "+D"(b), [s0] "=m"(sum[0]), [s1] "=m"(sum[1]), [s2] "=m"(sum[2]), [s3] "=m"(sum[3])
        : [end] "m"(end), [modulus] "m"(modulus), [inverse] "m"(kMontgomeryInverse)
        : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
    return reduced_sum(sum, count);
}

// clang-format on

// clang-format on

#undef POCPS_ROW
#undef POCPS_CARRY
#undef POCPS_ROW0
#undef POCPS_ROW1
#undef POCPS_ROW2
#undef POCPS_ROW3
#undef POCPS_QUOTIENT

#else

bool adx_available() { return false; }

Fr dot_adx(const Fr* a, const Fr* b, std::size_t count) {
    Accumulator sum;
    for (std::size_t i = 0; i < count; i++) sum.add_product(a[i], b[i]);
    return sum.reduce();
}

#endif

}  // namespace pocps
