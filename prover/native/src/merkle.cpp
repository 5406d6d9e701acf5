// Builds trees level by level, in parallel, and keeps the frontier of a growing one.
#include "merkle.hpp"

#include <algorithm>

namespace pocps {

std::vector<Fr> empty_roots(const Hasher& hasher, const Fr& tag, unsigned depth) {
    std::vector<Fr> roots(depth + 1);
    for (unsigned height = 0; height < depth; height++)
        roots[height + 1] = hasher.hash(tag, roots[height], roots[height]);
    return roots;
}

MerkleTree::MerkleTree(const Hasher& hasher, ThreadPool& pool, const CancelToken& cancel, const Fr& tag, unsigned depth,
                       std::vector<Fr> leaves)
    : empty_(empty_roots(hasher, tag, depth)) {
    if (leaves.size() > (std::uint64_t{1} << depth)) throw Error(Code::kInternal, "more leaves than the tree has");
    constexpr std::size_t kNodesPerTask = 64;
    levels_.push_back(std::move(leaves));
    for (unsigned height = 0; height < depth; height++) {
        std::vector<Fr>& below = levels_.back();
        const bool padded = below.size() % 2 == 1;
        if (padded) below.push_back(empty_[height]);
        std::vector<Fr> level(below.size() / 2);
        pool.parallel_for((level.size() + kNodesPerTask - 1) / kNodesPerTask, [&](std::size_t task, unsigned) {
            cancel.check();
            const std::size_t first = task * kNodesPerTask;
            const std::size_t count = std::min(kNodesPerTask, level.size() - first);
            hasher.hash_many(tag, 2, std::span(below).subspan(2 * first, 2 * count),
                             std::span(level).subspan(first, count));
        });
        levels_.push_back(std::move(level));
    }
}

std::vector<Fr> MerkleTree::path(std::uint64_t leaf) const {
    std::vector<Fr> siblings;
    for (std::size_t height = 0; height + 1 < levels_.size(); height++) {
        const std::uint64_t sibling = (leaf >> height) ^ 1;
        siblings.push_back(sibling < levels_[height].size() ? levels_[height][sibling] : empty_[height]);
    }
    return siblings;
}

Frontier::Frontier(const Hasher& hasher, const Fr& tag, unsigned depth)
    : hasher_(hasher), tag_(tag), empty_(empty_roots(hasher, tag, depth)), left_(depth + 1) {}

void Frontier::append(const Fr& leaf) {
    Fr node = leaf;
    unsigned height = 0;
    for (; (count_ >> height) & 1; height++) {
        node = hasher_.hash(tag_, left_[height], node);
        left_[height] = Fr{};
    }
    left_.at(height) = node;
    count_++;
}

Fr Frontier::root() const {
    const std::size_t depth = left_.size() - 1;
    if (count_ >> depth) return left_[depth];
    Fr node{};  // the absent leaf at position `count_`
    for (std::size_t height = 0; height < depth; height++) {
        node =
            (count_ >> height) & 1 ? hasher_.hash(tag_, left_[height], node) : hasher_.hash(tag_, node, empty_[height]);
    }
    return node;
}

}  // namespace pocps
