// Poseidon Merkle trees whose absent leaves are 0: a whole one with paths, and the frontier of a growing one.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "field.hpp"
#include "poseidon.hpp"
#include "thread_pool.hpp"

namespace pocps {

/// Roots of empty trees of depth 0 to `depth`.
std::vector<Fr> empty_roots(const Hasher& hasher, const Fr& tag, unsigned depth);

class MerkleTree {
 public:
    /// Nodes that cover no leaf are not stored. Throws Error(kInternal) for more than 2^depth leaves.
    MerkleTree(const Hasher& hasher, ThreadPool& pool, const CancelToken& cancel, const Fr& tag, unsigned depth,
               std::vector<Fr> leaves);

    const Fr& root() const { return levels_.back().empty() ? empty_.back() : levels_.back().front(); }
    /// Siblings from the leaf upwards.
    std::vector<Fr> path(std::uint64_t leaf) const;

 private:
    std::vector<Fr> empty_;
    std::vector<std::vector<Fr>> levels_;
};

/// The completed subtrees to the left of the next leaf: all of a growing tree that its steps need.
class Frontier {
 public:
    Frontier(const Hasher& hasher, const Fr& tag, unsigned depth);

    std::uint64_t count() const { return count_; }
    void append(const Fr& leaf);
    /// s_0 .. s_{depth-1} of circuits/README.md section 3: the left siblings on the path of the next leaf, else 0.
    std::span<const Fr> left_siblings() const { return {left_.data(), left_.size() - 1}; }
    /// The root, absent leaves 0.
    Fr root() const;

 private:
    const Hasher& hasher_;
    Fr tag_;
    std::vector<Fr> empty_;
    std::vector<Fr> left_;  // one a height, and the whole tree when it is full
    std::uint64_t count_ = 0;
};

}  // namespace pocps
