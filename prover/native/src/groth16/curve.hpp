// Points of BN254's two groups: affine as keys store them, and extended Jacobian for sums of a few.
#pragma once

#include "prime_field.hpp"

namespace pocps::groth16 {

/// A point of y^2 = x^3 + b. Infinity is (0, 0), which is on neither curve; zkeys write it so too.
template <class F>
struct Affine {
    F x, y;
    static constexpr Affine infinity() { return {F::zero(), F::zero()}; }
    bool is_infinity() const { return x.is_zero() && y.is_zero(); }
    Affine operator-() const { return {x, -y}; }
    friend bool operator==(const Affine&, const Affine&) = default;
};

/// b of the curve over Fq (3) or of its sextic twist over Fq2 (3 / (9 + u)).
template <class A>
Fq<A> curve_constant(const Fq<A>&) {
    return Fq<A>::of(3);
}
template <class A>
Fq2<A> curve_constant(const Fq2<A>&) {
    return Fq2<A>{Fq<A>::of(3), Fq<A>::zero()} * Fq2<A>{Fq<A>::of(9), Fq<A>::one()}.inverse();
}

/// `b` is curve_constant().
template <class F>
bool is_on_curve(const Affine<F>& p, const F& b) {
    return p.y.squared() == p.x.squared() * p.x + b;
}

/// x = X/ZZ, y = Y/ZZZ with ZZ^3 = ZZZ^2; infinity when ZZ = 0. Every addition is complete: equal, opposite and infinite
/// points are found and treated apart (formulas: hyperelliptic.org/EFD, shortw-xyzz, a = 0).
template <class F>
struct Point {
    F x, y, zz, zzz;

    static constexpr Point infinity() { return {F::one(), F::one(), F::zero(), F::zero()}; }
    static Point of(const Affine<F>& p) { return p.is_infinity() ? infinity() : Point{p.x, p.y, F::one(), F::one()}; }
    bool is_infinity() const { return zz.is_zero(); }

    Point doubled() const {
        if (is_infinity() || y.is_zero()) return infinity();
        const F u = y.doubled(), v = u.squared(), w = u * v, s = x * v, xx = x.squared();
        const F m = xx.doubled() + xx;
        const F x3 = m.squared() - s.doubled();
        return {x3, m * (s - x3) - w * y, v * zz, w * zzz};
    }

    friend Point operator+(const Point& a, const Point& b) {
        if (a.is_infinity()) return b;
        if (b.is_infinity()) return a;
        const F u1 = a.x * b.zz, u2 = b.x * a.zz, s1 = a.y * b.zzz, s2 = b.y * a.zzz;
        const F p = u2 - u1, r = s2 - s1;
        if (p.is_zero()) return r.is_zero() ? a.doubled() : infinity();
        const F pp = p.squared(), ppp = p * pp, q = u1 * pp;
        const F x3 = r.squared() - ppp - q.doubled();
        return {x3, r * (q - x3) - s1 * ppp, a.zz * b.zz * pp, a.zzz * b.zzz * ppp};
    }

    friend Point operator+(const Point& a, const Affine<F>& b) {
        if (b.is_infinity()) return a;
        if (a.is_infinity()) return of(b);
        const F p = b.x * a.zz - a.x, r = b.y * a.zzz - a.y;
        if (p.is_zero()) return r.is_zero() ? a.doubled() : infinity();
        const F pp = p.squared(), ppp = p * pp, q = a.x * pp;
        const F x3 = r.squared() - ppp - q.doubled();
        return {x3, r * (q - x3) - a.y * ppp, a.zz * pp, a.zzz * ppp};
    }

    Affine<F> to_affine() const {
        if (is_infinity()) return Affine<F>::infinity();
        const F inverse = zzz.inverse();
        const F z = inverse * zz;  // 1/Z
        return {x * z.squared(), y * inverse};
    }
};

/// scalar p. It adds for every bit and keeps what the bit asks for, so that the time does not follow the scalar's bits.
template <class F>
Point<F> multiply(const Point<F>& p, const Limbs& scalar) {
    Point<F> choices[2] = {Point<F>::infinity(), Point<F>::infinity()};
    for (int i = 255; i >= 0; i--) {
        choices[0] = choices[0].doubled();
        choices[1] = choices[0] + p;
        choices[0] = choices[(scalar[i / 64] >> (i % 64)) & 1];
    }
    return choices[0];
}

}  // namespace pocps::groth16
