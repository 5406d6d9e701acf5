// The backend of this machine's processors: the dataset packed in memory, each step spread over the threads.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>

#include "backend.hpp"
#include "chacha20.hpp"
#include "kernel.hpp"
#include "matrix.hpp"
#include "merkle.hpp"

namespace pocps {

namespace {

constexpr std::size_t kColumnsPerTask = 4;  // the lanes of one vectorised hash

std::size_t round_up(std::size_t value, std::size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

/// Bytes the kernel says can be had without swapping; no limit where it does not say.
std::uint64_t available_memory() {
    std::ifstream file("/proc/meminfo");
    std::string name, unit;
    for (std::uint64_t kib = 0; file >> name >> kib; std::getline(file, unit)) {
        if (name == "MemAvailable:") return kib * 1024;
    }
    return std::numeric_limits<std::uint64_t>::max();
}

class Stopwatch {
 public:
    double lap() {
        const auto now = std::chrono::steady_clock::now();
        const std::chrono::duration<double> elapsed = now - last_;
        last_ = now;
        return elapsed.count();
    }

 private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

class CpuBackend final : public Backend {
 public:
    explicit CpuBackend(unsigned threads)
        : choice_(choose_matrix_path()),
          hasher_(choice_.path.path != Path::kScalar),
          pool_(threads),
          note_(choice_.note) {
        if (choice_.path.path != Path::kScalar && !hasher_.vectorised()) note_ += "Hashing is scalar. ";
    }

    std::string path() const override { return path_name(choice_.path.path); }
    unsigned threads() const override { return pool_.threads(); }
    std::string note() const override { return note_; }
    StepTimes times() const override { return times_; }

    void load(const Profile& profile, const Bytes32& seed, const Watch& watch) override;
    Fr dataset_root(const Watch& watch) override;
    std::vector<Fr> dataset_path(std::uint64_t row) const override;
    std::vector<Fr> dataset_row(std::uint64_t row) const override;
    Fr execute_step(const Fr& seed, const CancelToken& cancel) override;
    OpenedColumn open_column(const Fr& seed, std::uint32_t column, const CancelToken& cancel) override;

 private:
    const std::uint8_t* row_bytes(std::uint64_t row) const { return rows_.data() + row * profile_.row_bytes(); }
    MerkleTree run_step(const Fr& seed, const CancelToken& cancel);
    void draw_inputs(const Fr& seed, const CancelToken& cancel);
    void unpack_columns(const CancelToken& cancel);
    void multiply(const CancelToken& cancel);
    void multiply_element(std::uint32_t group, std::uint32_t element, unsigned thread);

    MatrixChoice choice_;
    Hasher hasher_;
    ThreadPool pool_;
    std::string note_;
    StepTimes times_;

    bool loaded_ = false;
    Profile profile_;
    Bytes32 seed_{};
    std::vector<std::uint8_t> rows_;
    std::optional<MerkleTree> tree_;

    // One step's state, kept between steps.
    std::size_t input_stride_ = 0;
    std::size_t padded_width_ = 0;                       // columns of a group, rounded up to kTileColumns
    std::vector<std::uint64_t> layers_;                  // by group
    std::vector<Fr> row_hashes_, fresh_;                 // by column
    AlignedVector<std::int8_t> inputs_;                  // by group and padded column
    std::vector<std::int32_t> corrections_;              // 8 sum(x), by group and padded column
    std::vector<Fr> outputs_;                            // by column and element
    std::vector<AlignedVector<std::uint8_t>> unpacked_;  // by thread
    std::vector<std::vector<std::int32_t>> sums_;        // by thread
};

void CpuBackend::load(const Profile& profile, const Bytes32& seed, const Watch& watch) {
    if (loaded_ && profile_ == profile && seed_ == seed) return;
    loaded_ = false;
    tree_.reset();
    rows_ = {};
    const std::uint64_t available = available_memory();
    if (profile.dataset_bytes() > available) {
        throw Error(Code::kOutOfMemory, "the dataset takes " + std::to_string(profile.dataset_bytes()) + " bytes, " +
                                            std::to_string(available) + " are available");
    }
    profile_ = profile;
    seed_ = seed;
    rows_.resize(profile.dataset_bytes());
    constexpr std::uint64_t kRowsPerTask = 256;
    const std::uint64_t rows = profile.dataset_rows();
    pool_.parallel_for((rows + kRowsPerTask - 1) / kRowsPerTask, [&](std::size_t task, unsigned) {
        watch.cancel.check();
        const std::uint64_t last = std::min(rows, (task + 1) * kRowsPerTask);
        for (std::uint64_t row = task * kRowsPerTask; row < last; row++) {
            ChaChaNonce nonce{};
            for (std::size_t i = 0; i < 8; i++) nonce[i] = static_cast<std::uint8_t>(row >> (8 * i));
            chacha20_keystream(seed, nonce, {rows_.data() + row * profile.row_bytes(), profile.row_bytes()});
        }
    });

    padded_width_ = round_up(profile.width, kTileColumns);
    input_stride_ = round_up(profile.entries(), kEntryAlign);
    layers_.assign(profile.groups, 0);
    row_hashes_.assign(profile.columns(), Fr{});
    fresh_.assign(profile.columns(), Fr{});
    inputs_.assign(profile.groups * padded_width_ * input_stride_, 0);
    corrections_.assign(profile.groups * padded_width_, 0);
    outputs_.assign(std::size_t{profile.columns()} * profile.elements(), Fr{});
    const std::size_t tile = std::min(input_stride_, kTileEntries);
    unpacked_.assign(pool_.threads(), AlignedVector<std::uint8_t>(kTileRows * tile));
    sums_.assign(pool_.threads(), std::vector<std::int32_t>(kTileRows * padded_width_));
    loaded_ = true;
}

Fr CpuBackend::dataset_root(const Watch& watch) {
    if (tree_) return tree_->root();
    const std::uint64_t rows = profile_.dataset_rows();
    std::vector<Fr> digests(rows);
    constexpr std::uint64_t kRowsPerTask = 64;
    std::atomic<std::uint64_t> done{0};
    pool_.parallel_for((rows + kRowsPerTask - 1) / kRowsPerTask, [&](std::size_t task, unsigned thread) {
        watch.cancel.check();
        const std::uint64_t first = task * kRowsPerTask;
        const std::uint64_t count = std::min(rows - first, kRowsPerTask);
        std::vector<Fr> elements;
        for (std::uint64_t row = first; row < first + count; row++) {
            const auto row_elements = dataset_row(row);
            elements.insert(elements.end(), row_elements.begin(), row_elements.end());
        }
        hasher_.digest_many(tags::kRow, profile_.blocks, elements, std::span(digests).subspan(first, count));
        const std::uint64_t so_far = done.fetch_add(count) + count;
        if (thread == 0 && watch.progress) watch.progress(so_far, rows);
    });
    tree_.emplace(hasher_, pool_, watch.cancel, tags::kDataset, profile_.dataset_depth(), std::move(digests));
    return tree_->root();
}

std::vector<Fr> CpuBackend::dataset_path(std::uint64_t row) const {
    if (!tree_) throw Error(Code::kInternal, "dataset_path before dataset_root");
    return tree_->path(row);
}

std::vector<Fr> CpuBackend::dataset_row(std::uint64_t row) const {
    std::vector<Fr> elements(profile_.elements());
    for (std::size_t i = 0; i < elements.size(); i++) {
        elements[i] = from_short_bytes({row_bytes(row) + i * kBytesPerElement, kBytesPerElement});
    }
    return elements;
}

void CpuBackend::draw_inputs(const Fr& seed, const CancelToken& cancel) {
    for (std::uint32_t group = 0; group < profile_.groups; group++) {
        layers_[group] = drawn_layer(hasher_, profile_, seed, group);
    }
    const std::size_t columns = profile_.columns();
    pool_.parallel_for((columns + kColumnsPerTask - 1) / kColumnsPerTask, [&](std::size_t task, unsigned) {
        cancel.check();
        const std::size_t first = task * kColumnsPerTask;
        const std::size_t count = std::min(kColumnsPerTask, columns - first);
        std::array<Fr, 2 * kColumnsPerTask> pairs;
        for (std::size_t i = 0; i < count; i++) pairs[2 * i] = seed, pairs[2 * i + 1] = field_element(first + i);
        const auto inputs = std::span(pairs).first(2 * count);
        hasher_.hash_many(tags::kInput, 2, inputs, std::span(row_hashes_).subspan(first, count));
        hasher_.hash_many(tags::kFresh, 2, inputs, std::span(fresh_).subspan(first, count));
    });
}

void CpuBackend::unpack_columns(const CancelToken& cancel) {
    pool_.parallel_for(profile_.columns(), [&](std::size_t column, unsigned) {
        cancel.check();
        const std::uint8_t* const row = row_bytes(draw(row_hashes_[column], 0, profile_.dataset_rows()));
        std::vector<std::uint8_t> vector(row, row + profile_.row_bytes());
        std::copy_n(to_bytes(fresh_[column]).begin(), kBytesPerElement, vector.begin());
        const std::size_t at = column / profile_.width * padded_width_ + column % profile_.width;
        corrections_[at] = 8 * unpack_inputs(vector.data(), vector.size(), inputs_.data() + at * input_stride_);
    });
}

/// Output element `element` of every column of the group: 62 rows of its layer.
void CpuBackend::multiply_element(std::uint32_t group, std::uint32_t element, unsigned thread) {
    auto& weights = unpacked_[thread];
    auto& sums = sums_[thread];
    std::ranges::fill(sums, 0);
    const std::uint64_t first_row = layers_[group] * profile_.entries() + std::uint64_t{element} * kTileRows;
    const std::int8_t* const inputs = inputs_.data() + group * padded_width_ * input_stride_;
    for (std::size_t start = 0; start < profile_.entries(); start += kTileEntries) {
        const std::size_t entries = std::min<std::size_t>(kTileEntries, profile_.entries() - start);
        const std::size_t length = round_up(entries, kEntryAlign);
        for (std::size_t row = 0; row < kTileRows; row++) {
            choice_.path.unpack(row_bytes(first_row + row) + start / 2, entries / 2, weights.data() + row * length);
        }
        choice_.path.multiply(weights.data(), length, inputs + start, input_stride_, padded_width_, length,
                              sums.data());
    }
    for (std::uint32_t column = 0; column < profile_.width; column++) {
        const std::int32_t correction = corrections_[group * padded_width_ + column];
        Limbs packed{};
        for (std::size_t row = 0; row < kTileRows; row++) {
            const std::uint64_t bits = output_bits(sums[row * padded_width_ + column] - correction);
            packed[row / 32] |= bits << (2 * row % 64);
        }
        outputs_[std::size_t{group * profile_.width + column} * profile_.elements() + element] = to_montgomery(packed);
    }
}

void CpuBackend::multiply(const CancelToken& cancel) {
    pool_.parallel_for(std::size_t{profile_.groups} * profile_.elements(), [&](std::size_t task, unsigned thread) {
        cancel.check();
        multiply_element(static_cast<std::uint32_t>(task / profile_.elements()),
                         static_cast<std::uint32_t>(task % profile_.elements()), thread);
    });
}

MerkleTree CpuBackend::run_step(const Fr& seed, const CancelToken& cancel) {
    if (!loaded_) throw Error(Code::kInternal, "a step without a dataset");
    Stopwatch watch;
    draw_inputs(seed, cancel);
    times_.hashing += watch.lap();
    unpack_columns(cancel);
    times_.rest += watch.lap();
    multiply(cancel);
    times_.product += watch.lap();
    std::vector<Fr> digests(profile_.columns());
    const std::size_t per_column = profile_.elements();
    pool_.parallel_for((digests.size() + kColumnsPerTask - 1) / kColumnsPerTask, [&](std::size_t task, unsigned) {
        cancel.check();
        const std::size_t first = task * kColumnsPerTask;
        const std::size_t count = std::min(kColumnsPerTask, digests.size() - first);
        hasher_.digest_many(tags::kOutput, profile_.blocks,
                            std::span(outputs_).subspan(first * per_column, count * per_column),
                            std::span(digests).subspan(first, count));
    });
    MerkleTree columns(hasher_, pool_, cancel, tags::kColumns, profile_.column_depth(), std::move(digests));
    times_.hashing += watch.lap();
    return columns;
}

Fr CpuBackend::execute_step(const Fr& seed, const CancelToken& cancel) { return run_step(seed, cancel).root(); }

OpenedColumn CpuBackend::open_column(const Fr& seed, std::uint32_t column, const CancelToken& cancel) {
    const MerkleTree columns = run_step(seed, cancel);
    const auto first = outputs_.begin() + static_cast<std::ptrdiff_t>(std::size_t{column} * profile_.elements());
    return {columns.root(), columns.path(column), {first, first + profile_.elements()}};
}

}  // namespace

std::unique_ptr<Backend> make_cpu_backend(unsigned threads) { return std::make_unique<CpuBackend>(threads); }

}  // namespace pocps
