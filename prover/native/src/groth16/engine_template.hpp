// Preparing keys and proving, over one arithmetic.
#pragma once

#include <sys/random.h>

#include <algorithm>
#include <atomic>

#include "engine.hpp"
#include "msm.hpp"
#include "transform.hpp"

namespace pocps::groth16 {

template <class Arithmetic>
class PreparedKeyOf final : public PreparedKey {
    using Base = Fq<Arithmetic>;
    using Base2 = Fq2<Arithmetic>;
    using Scalar = FrOf<Arithmetic>;
    using G1 = Affine<Base>;
    using G2 = Affine<Base2>;

   public:
    PreparedKeyOf(const Zkey& key, ThreadPool& threads)
        : variables_(key.variables), publics_(key.publics), transform_(key.domain_power) {
        alpha1_ = constant<Base>(key.alpha1, "alpha1");
        beta1_ = constant<Base>(key.beta1, "beta1");
        delta1_ = constant<Base>(key.delta1, "delta1");
        for (const auto& [bytes, name, at] : {std::tuple{key.beta2, "beta2", &beta2_}, {key.gamma2, "gamma2", &gamma2_}, {key.delta2, "delta2", &delta2_}}) {
            *at = constant<Base2>(bytes, name);
            if (!in_group(Point<Base2>::of(*at))) throw Error(Code::kBadKey, std::string(name) + " is not in its group");
        }
        (void)section<Base>(key.ic, 0, "IC", threads);
        a_ = section<Base>(key.a, 0, "A", threads);
        b1_ = section<Base>(key.b1, 0, "B1", threads);
        b2_ = section<Base2>(key.b2, 0, "B2", threads);
        c_ = section<Base>(key.c, key.publics + 1, "C", threads);
        h_ = section<Base>(key.h, 0, "H", threads);
        check_group(b2_, threads);
        for (std::uint32_t matrix = 0; matrix < 2; matrix++) rows_[matrix] = rows(key, matrix);
    }

    std::uint32_t publics() const override { return publics_; }

    Proof prove(const Witness& witness, const Blinding& blinding, ThreadPool& threads) const override {
        if (witness.size() != variables_) {
            throw Error(Code::kBadWitness, "the witness has " + std::to_string(witness.size()) + " values; the key takes " +
                                               std::to_string(variables_));
        }
        const auto quotient = quotient_values(witness, threads);
        Point<Base> c = product(h_, quotient, threads) + product(c_, witness, threads);
        const Point<Base> a = product(a_, witness, threads) + alpha1_ + multiply(Point<Base>::of(delta1_), blinding.r);
        const Point<Base> b1 = product(b1_, witness, threads) + beta1_ + multiply(Point<Base>::of(delta1_), blinding.s);
        const Point<Base2> b2 = product(b2_, witness, threads) + beta2_ + multiply(Point<Base2>::of(delta2_), blinding.s);
        const Limbs rs = (-(Scalar::from_integer(blinding.r) * Scalar{blinding.s})).limbs;
        c = c + multiply(a, blinding.s) + multiply(b1, blinding.r) + multiply(Point<Base>::of(delta1_), rs);
        return {integers(a.to_affine()), integers(b2.to_affine()), integers(c.to_affine())};
    }

   private:
    /// The points of a section that are not infinite, and which value multiplies each.
    template <class F>
    struct Section {
        std::vector<Affine<F>, SecretAllocator<Affine<F>>> points;
        std::vector<std::uint32_t> value_of;
    };

    /// A matrix by constraints: row i has terms starts[i] .. starts[i + 1].
    struct Rows {
        std::vector<std::uint32_t> starts;
        std::vector<std::uint32_t> variable;
        std::vector<Scalar> value;  // x 2^512 mod r, so that the product with a plain integer is in Montgomery form
    };

    static Base load(const std::uint8_t* bytes, const char* name) {
        const Limbs limbs = load_limbs(bytes);
        if (!is_below(limbs, BasePrime::kModulus)) throw Error(Code::kBadKey, std::string(name) + " has a coordinate that is not reduced");
        return {limbs};
    }

    static void load(const std::uint8_t* bytes, const char* name, G1& point) { point = {load(bytes, name), load(bytes + 32, name)}; }
    static void load(const std::uint8_t* bytes, const char* name, G2& point) {
        point = {{load(bytes, name), load(bytes + 32, name)}, {load(bytes + 64, name), load(bytes + 96, name)}};
    }

    template <class F>
    static Affine<F> checked(const std::uint8_t* bytes, const char* name, const F& curve) {
        Affine<F> point;
        load(bytes, name, point);
        if (!point.is_infinity() && !is_on_curve(point, curve)) throw Error(Code::kBadKey, std::string(name) + " has a point off its curve");
        return point;
    }

    template <class F>
    static Affine<F> constant(Bytes bytes, const char* name) {
        const auto point = checked<F>(bytes.data(), name, curve_constant(F{}));
        if (point.is_infinity()) throw Error(Code::kBadKey, std::string(name) + " is infinite");
        return point;
    }

    template <class F>
    static Section<F> section(Bytes bytes, std::uint32_t first_value, const char* name, ThreadPool& threads) {
        constexpr std::size_t kSize = sizeof(Affine<F>), kBatch = 4096;
        const F curve = curve_constant(F{});
        const std::size_t count = bytes.size() / kSize;
        SecretVector<Affine<F>> points(count);
        threads.parallel_for((count + kBatch - 1) / kBatch, [&](std::size_t batch, unsigned) {
            for (std::size_t i = batch * kBatch; i < std::min(count, (batch + 1) * kBatch); i++) {
                points[i] = checked<F>(bytes.data() + i * kSize, name, curve);
            }
        });
        Section<F> result;
        const auto finite = static_cast<std::size_t>(std::ranges::count_if(points, [](const auto& p) { return !p.is_infinity(); }));
        result.points.reserve(finite);
        result.value_of.reserve(finite);
        for (std::size_t i = 0; i < count; i++) {
            if (points[i].is_infinity()) continue;
            result.points.push_back(points[i]);
            result.value_of.push_back(static_cast<std::uint32_t>(i) + first_value);
        }
        return result;
    }

    static bool in_group(const Point<Base2>& point) { return multiply(point, ScalarPrime::kModulus).is_infinity(); }

    /// The order of the twist is r times a number whose least prime factor is 10069, so a sum with random weights below
    /// 2^13 hides a point outside the group with probability 2^-13 at most: ten sums, 2^-130.
    static void check_group(const Section<Base2>& section, ThreadPool& threads) {
        constexpr int kSums = 10;
        constexpr unsigned kWeightBits = 13;
        if (section.points.empty()) return;
        for (int i = 0; i < kSums; i++) {
            std::vector<std::uint16_t> random(section.points.size());
            auto* const bytes = reinterpret_cast<std::uint8_t*>(random.data());
            for (std::size_t at = 0, size = 2 * random.size(); at < size;) {
                const ssize_t count = ::getrandom(bytes + at, std::min<std::size_t>(size - at, 256), 0);  // never interrupted
                if (count <= 0) throw Error(Code::kInternal, "the operating system gives no random bytes");
                at += static_cast<std::size_t>(count);
            }
            Terms terms;
            terms.scalars.resize(random.size());
            terms.point_of.resize(random.size());
            for (std::size_t k = 0; k < random.size(); k++) {
                terms.scalars[k] = {random[k] & ((1u << kWeightBits) - 1), 0, 0, 0};
                terms.point_of[k] = static_cast<std::uint32_t>(k);
            }
            if (!in_group(multi_scalar_product(section.points.data(), std::move(terms), kWeightBits, threads))) {
                throw Error(Code::kBadKey, "B2 has a point outside its group");
            }
        }
    }

    Rows rows(const Zkey& key, std::uint32_t matrix) const {
        Rows result;
        result.starts.assign(transform_.size() + 1, 0);
        const std::size_t count = key.coefficients.size() / kCoefficientBytes;
        const auto entry = [&](std::size_t i) { return key.coefficients.data() + i * kCoefficientBytes; };
        for (std::size_t i = 0; i < count; i++) {
            if (load_u32(entry(i)) == matrix) result.starts[load_u32(entry(i) + 4) + 1]++;
        }
        for (std::size_t row = 0; row < transform_.size(); row++) result.starts[row + 1] += result.starts[row];
        result.variable.resize(result.starts.back());
        result.value.resize(result.starts.back());
        std::vector<std::uint32_t> next(result.starts.begin(), result.starts.end() - 1);
        for (std::size_t i = 0; i < count; i++) {
            if (load_u32(entry(i)) != matrix) continue;
            const std::uint32_t at = next[load_u32(entry(i) + 4)]++;
            result.variable[at] = load_u32(entry(i) + 8);
            result.value[at] = {load_limbs(entry(i) + 12)};
        }
        return result;
    }

    /// (a b - c)(x) at the odd points of twice the domain, as plain integers: the scalars of H.
    Witness quotient_values(const Witness& witness, ThreadPool& threads) const {
        constexpr std::size_t kBatch = 1024;
        const std::size_t size = transform_.size(), batches = (size + kBatch - 1) / kBatch;
        SecretVector<Scalar> values[3];
        for (auto& vector : values) vector.resize(size);
        threads.parallel_for(batches, [&](std::size_t batch, unsigned) {
            for (std::size_t i = batch * kBatch; i < std::min(size, (batch + 1) * kBatch); i++) {
                for (unsigned matrix = 0; matrix < 2; matrix++) values[matrix][i] = row_product(rows_[matrix], i, witness);
                values[2][i] = values[0][i] * values[1][i];
            }
        });
        for (auto& vector : values) transform_.apply(vector.data(), threads);
        Witness quotient(size);
        threads.parallel_for(batches, [&](std::size_t batch, unsigned) {
            for (std::size_t i = batch * kBatch; i < std::min(size, (batch + 1) * kBatch); i++) {
                quotient[i] = (values[0][i] * values[1][i] - values[2][i]).to_integer();
            }
        });
        return quotient;
    }

    static Scalar row_product(const Rows& rows, std::size_t row, const Witness& witness) {
        Scalar sum = Scalar::zero();
        for (std::uint32_t i = rows.starts[row]; i < rows.starts[row + 1]; i++) {
            const Scalar value{witness[rows.variable[i]]};
            if (!value.is_zero()) sum = sum + rows.value[i] * value;
        }
        return sum;
    }

    template <class F>
    static Point<F> product(const Section<F>& section, const Witness& values, ThreadPool& threads) {
        Terms terms;
        terms.scalars.reserve(section.points.size());
        terms.point_of.reserve(section.points.size());
        for (std::size_t i = 0; i < section.points.size(); i++) {
            const Limbs& value = values[section.value_of[i]];
            if (value == Limbs{}) continue;
            terms.scalars.push_back(value);
            terms.point_of.push_back(static_cast<std::uint32_t>(i));
        }
        return multi_scalar_product(section.points.data(), std::move(terms), kScalarBits, threads);
    }

    static std::array<Limbs, 2> integers(const G1& point) {
        require_finite(point.is_infinity());
        return {point.x.to_integer(), point.y.to_integer()};
    }
    static std::array<std::array<Limbs, 2>, 2> integers(const G2& point) {
        require_finite(point.is_infinity());
        return {{{point.x.re.to_integer(), point.x.im.to_integer()}, {point.y.re.to_integer(), point.y.im.to_integer()}}};
    }
    static void require_finite(bool infinite) {
        if (infinite) throw Error(Code::kInternal, "a point of the proof is infinite");  // one draw of 2^254 does this
    }

    static constexpr unsigned kScalarBits = 254;

    std::uint32_t variables_, publics_;
    CosetTransform<Scalar> transform_;
    G1 alpha1_, beta1_, delta1_;
    G2 beta2_, gamma2_, delta2_;
    Section<Base> a_, b1_, c_, h_;
    Section<Base2> b2_;
    Rows rows_[2];
};

}  // namespace pocps::groth16
