// Tests of the prover's arithmetic: each against the definition, on extreme and exceptional operands, in both arithmetics.
#include <random>

#include "field_adx.hpp"
#include "groth16/files.hpp"
#include "groth16/msm.hpp"
#include "groth16/transform.hpp"
#include "harness.hpp"

namespace pocps::groth16 {

namespace {

/// Calls test(Portable{}) and, where the processor can, test(Adx{}).
template <class Test>
void in_both(const Test& test) {
    test(Portable{});
    if (adx_available()) test(Adx{});
}

Limbs minus(const Limbs& a, std::uint64_t b) {
    std::uint64_t borrow = 0;
    return subtract_limbs(a, {b, 0, 0, 0}, borrow);
}

/// Random limbs below `modulus`, with the extreme ones first.
std::vector<Limbs> samples(const Limbs& modulus, std::size_t count) {
    std::vector<Limbs> values = {{}, {1, 0, 0, 0}, {2, 0, 0, 0}, minus(modulus, 1), minus(modulus, 2), {~0ull, 0, 0, 0},
                                 {0, ~0ull, 0, 0}, {~0ull, ~0ull, ~0ull, 0}, {0, 0, 0, 1ull << 61}, {0, 0, 0, modulus[3]}};
    std::mt19937_64 random(7);
    while (values.size() < count) {
        const Limbs value = {random(), random(), random(), random() >> 2};
        if (is_below(value, modulus)) values.push_back(value);
    }
    return values;
}

/// a b 2^-256 mod p, bit by bit.
Limbs slow_product(const Limbs& a, const Limbs& b, const Limbs& modulus) {
    const auto twice = [&](const Limbs& x) {
        std::uint64_t carry = 0;
        return subtract_if_not_below(add_limbs(x, x, carry), modulus);
    };
    Limbs product{};
    std::uint64_t carry = 0;
    for (int i = 255; i >= 0; i--) {
        product = twice(product);
        if (((b[i / 64] >> (i % 64)) & 1) != 0) product = subtract_if_not_below(add_limbs(product, a, carry), modulus);
    }
    for (int i = 0; i < 256; i++) {  // halve 256 times
        const bool odd = (product[0] & 1) != 0;
        if (odd) product = add_limbs(product, modulus, carry);
        for (std::size_t k = 0; k < 4; k++) product[k] = (product[k] >> 1) | (k < 3 ? product[k + 1] << 63 : 0);
    }
    return product;
}

template <class Prime>
void test_field() {
    const auto values = samples(Prime::kModulus, 40);
    in_both([&](auto arithmetic) {
        using F = Field<Prime, decltype(arithmetic)>;
        for (const Limbs& a : values) {
            const F x{a};
            CHECK((x + -x).is_zero());
            CHECK(F::from_integer(a).to_integer() == a);
            CHECK(x.negated_if(1) == -x && x.negated_if(0) == x);
            CHECK(x.is_zero() ? x.inverse().is_zero() : x * x.inverse() == F::one());
            for (const Limbs& b : values) {
                const F y{b};
                CHECK((x * y).limbs == slow_product(a, b, Prime::kModulus));
                std::uint64_t carry = 0;
                CHECK((x + y).limbs == subtract_if_not_below(add_limbs(a, b, carry), Prime::kModulus));
                CHECK((x - y) + y == x);
                CHECK(is_below((x - y).limbs, Prime::kModulus));
            }
        }
        const Limbs all_ones = {~0ull, ~0ull, ~0ull, ~0ull};  // a factor that is not reduced
        CHECK((F{values[3]} * F{all_ones}).limbs == slow_product(values[3], all_ones, Prime::kModulus));
    });
}

TEST("prime-field", "multiplies, adds and inverts coordinates as the definition says") { test_field<BasePrime>(); }
TEST("prime-field", "multiplies, adds and inverts scalars as the definition says") { test_field<ScalarPrime>(); }

TEST("prime-field", "computes in the quadratic extension") {
    in_both([](auto arithmetic) {
        using F = Fq<decltype(arithmetic)>;
        using E = Fq2<decltype(arithmetic)>;
        const auto values = samples(BasePrime::kModulus, 12);
        for (const Limbs& a : values) {
            for (const Limbs& b : values) {
                const E x{{a}, {b}}, y{{b}, F{a} + F::one()};
                CHECK((x * y == E{x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re}));
                CHECK(x.squared() == x * x);
                CHECK(x.is_zero() || x * x.inverse() == E::one());
            }
        }
    });
}

template <class F>
Affine<F> generator();
template <>
Affine<Fq<Portable>> generator() { return {Fq<Portable>::of(1), Fq<Portable>::of(2)}; }
template <>
Affine<Fq<Adx>> generator() { return {Fq<Adx>::of(1), Fq<Adx>::of(2)}; }

/// The generator of G2 (EIP-197), in plain limbs.
template <class A>
Affine<Fq2<A>> generator2() {
    const auto f = [](const char* decimal) {
        // Coordinates may be above r, so the scalar field's reader does not serve.
        Fq<A> value = Fq<A>::zero();
        for (; *decimal != 0; decimal++) value = value * Fq<A>::of(10) + Fq<A>::of(static_cast<std::uint64_t>(*decimal - '0'));
        return value;
    };
    return {{f("10857046999023057135944570762232829481370756359578518086990519993285655852781"),
             f("11559732032986387107991004021392285783925812861821192530917403151452391805634")},
            {f("8495653923123431417604973247489272438418190587263600148770280649306958101930"),
             f("4082367875863433681332203403145435568316851327593401208105741076214120093531")}};
}

template <class F>
void test_group(const Affine<F>& g) {
    using P = Point<F>;
    CHECK(is_on_curve(g, curve_constant(F{})));
    const P one = P::of(g), two = one.doubled(), three = two + g;
    CHECK(two.to_affine() == (one + one).to_affine() && two.to_affine() == (one + g).to_affine());
    CHECK(three.to_affine() == (one + two).to_affine() && is_on_curve(three.to_affine(), curve_constant(F{})));
    CHECK((one + -g).is_infinity() && (one + P::of(-g)).is_infinity());
    CHECK((P::infinity() + g).to_affine() == g && (one + P::infinity()).to_affine() == g);
    CHECK((one + Affine<F>::infinity()).to_affine() == g && P::infinity().doubled().is_infinity());
    CHECK(multiply(one, ScalarPrime::kModulus).is_infinity());
    CHECK(multiply(one, minus(ScalarPrime::kModulus, 1)).to_affine() == -g);
    CHECK(multiply(one, {3, 0, 0, 0}).to_affine() == three.to_affine());
    CHECK(P::infinity().to_affine().is_infinity() && P::of(Affine<F>::infinity()).is_infinity());
}

TEST("curve", "adds and multiplies points, equal, opposite and infinite ones among them") {
    in_both([](auto arithmetic) {
        using A = decltype(arithmetic);
        test_group(generator<Fq<A>>());
        test_group(generator2<A>());
    });
}

/// The sum by multiplying each point apart.
template <class F>
Affine<F> slow_sum(const std::vector<Affine<F>>& points, const Terms& terms) {
    Point<F> sum = Point<F>::infinity();
    for (std::size_t i = 0; i < terms.scalars.size(); i++) {
        sum = sum + multiply(Point<F>::of(points[terms.point_of[i]]), terms.scalars[i]);
    }
    return sum.to_affine();
}

Terms terms_of(const std::vector<Limbs>& scalars, std::size_t points) {
    Terms terms;
    for (std::size_t i = 0; i < scalars.size(); i++) {
        terms.scalars.push_back(scalars[i]);
        terms.point_of.push_back(static_cast<std::uint32_t>(i % points));
    }
    return terms;
}

template <class F>
void test_sums(const Affine<F>& g) {
    ThreadPool threads(2);
    const Limbs order = ScalarPrime::kModulus;
    std::vector<Limbs> scalars = samples(order, 40);
    for (unsigned k = 0; k < 254; k += 9) scalars.push_back({k < 64 ? 1ull << k : 0, k / 64 == 1 ? 1ull << k % 64 : 0, k / 64 == 2 ? 1ull << k % 64 : 0, k / 64 == 3 ? 1ull << k % 64 : 0});
    const auto agrees = [&](const std::vector<Affine<F>>& points, const Terms& terms) {
        return multi_scalar_product(points.data(), terms, 254, threads).to_affine() == slow_sum(points, terms);
    };
    // Few points many times: equal and opposite ones meet in every bucket, and sums that vanish go on being added to.
    const Affine<F> two = Point<F>::of(g).doubled().to_affine();
    for (const auto& points : {std::vector{g}, std::vector{g, -g}, std::vector{g, -g, two}, std::vector{g, g, two, -two, g}}) {
        CHECK(agrees(points, terms_of(scalars, points.size())));
        for (const Limbs& scalar : {Limbs{}, Limbs{1, 0, 0, 0}, minus(order, 1), Limbs{0, 0, 0, 1ull << 60}}) {
            for (const std::size_t count : {1u, 2u, 3u, 4u, 5u, 16u, 33u}) {
                CHECK(agrees(points, terms_of(std::vector<Limbs>(count, scalar), points.size())));
            }
        }
    }
    std::vector<Affine<F>> distinct;
    for (Point<F> p = Point<F>::of(g); distinct.size() < 61; p = p + g) distinct.push_back(p.to_affine());
    CHECK(agrees(distinct, terms_of(samples(order, 200), distinct.size())));
    CHECK(multi_scalar_product(distinct.data(), Terms{}, 254, threads).is_infinity());
}

TEST("msm", "agrees with single products for few, repeated, opposite and many points") {
    in_both([](auto arithmetic) {
        using A = decltype(arithmetic);
        test_sums(generator<Fq<A>>());
        test_sums(generator2<A>());
    });
}

TEST("msm", "sums lists that span chunks") {
    in_both([](auto arithmetic) {
        using F = Fq<decltype(arithmetic)>;
        ThreadPool threads(1);
        // 40,000 ones and as many of each small scalar: buckets far beyond a chunk. The points are 1 g .. 8 g.
        std::vector<Affine<F>> points;
        for (Point<F> p = Point<F>::of(generator<F>()); points.size() < 8; p = p + generator<F>()) points.push_back(p.to_affine());
        Terms terms;
        std::uint64_t expected = 0;
        for (std::uint32_t i = 0; i < 80'000; i++) {
            const std::uint64_t scalar = i % 2 == 0 ? 1 : i % 5;
            terms.scalars.push_back({scalar, 0, 0, 0});
            terms.point_of.push_back(i % 8);
            expected += scalar * (i % 8 + 1);
        }
        const auto sum = multi_scalar_product(points.data(), std::move(terms), 254, threads).to_affine();
        CHECK(sum == multiply(Point<F>::of(points[0]), {expected, 0, 0, 0}).to_affine());
    });
}

TEST("transform", "evaluates the interpolated polynomial at the odd points") {
    in_both([](auto arithmetic) {
        using R = FrOf<decltype(arithmetic)>;
        for (const unsigned threads : {1u, 3u}) {
            ThreadPool pool(threads);
            for (unsigned power = 1; power <= 7; power++) {
                const std::size_t size = std::size_t{1} << power;
                const R w = root_of_unity<R>(power), v = root_of_unity<R>(power + 1);
                CHECK(v * v == w);
                const auto random = samples(ScalarPrime::kModulus, size);
                const auto value_at = [&](const R& x) {
                    R sum = R::zero();
                    for (std::size_t i = size; i-- > 0;) sum = sum * x + R{random[i]};
                    return sum;
                };
                std::vector<R> values, expected;
                R x = R::one();
                for (std::size_t i = 0; i < size; i++, x = x * w) {
                    values.push_back(value_at(x));
                    expected.push_back(value_at(x * v));
                }
                CosetTransform<R>(power).apply(values.data(), pool);
                CHECK(values == expected);
            }
        }
    });
}

TEST("transform", "goes through blocks larger than the cache") {
    in_both([](auto arithmetic) {
        using R = FrOf<decltype(arithmetic)>;
        ThreadPool pool(2);
        constexpr unsigned kPower = 14;
        const R w = root_of_unity<R>(kPower), v = root_of_unity<R>(kPower + 1);
        // x^5 + 3 x^9000
        const auto power_of = [](R x, unsigned exponent) {
            R result = R::one();
            for (; exponent != 0; exponent /= 2, x = x * x) {
                if (exponent % 2 != 0) result = result * x;
            }
            return result;
        };
        const auto value_at = [&](const R& x) { return power_of(x, 5) + R::of(3) * power_of(x, 9000); };
        std::vector<R> values, expected;
        R x = R::one();
        for (std::size_t i = 0; i < (std::size_t{1} << kPower); i++, x = x * w) {
            values.push_back(value_at(x));
            expected.push_back(value_at(x * v));
        }
        CosetTransform<R>(kPower).apply(values.data(), pool);
        CHECK(values == expected);
    });
}

TEST("files", "refuses every short run of bytes, whatever it holds") {
    std::mt19937 random(3);
    for (const char* magic : {"zkey", "wtns", "\0\0\0\0"}) {
        for (std::size_t size = 0; size < 300; size++) {
            std::vector<std::uint8_t> bytes(size);
            for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % 4);  // small numbers look like counts
            std::copy_n(magic, std::min<std::size_t>(4, size), bytes.begin());
            CHECK_CODE(Code::kBadKey, parse_zkey(bytes));
            CHECK_CODE(Code::kBadWitness, parse_witness(bytes));
        }
    }
    CHECK_CODE(Code::kIo, read_file("/no/such/file"));
}

}  // namespace

}  // namespace pocps::groth16
