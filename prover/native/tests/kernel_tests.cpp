// Tests of the whole kernel against the shared vectors: dataset, trace, openings.
#include <fstream>

#include "execution.hpp"
#include "harness.hpp"
#include "json.hpp"
#include "merkle.hpp"

namespace pocps {

namespace {

using test::Json;

const Json& vectors() {
    static const Json json = Json::parse_file(test::vectors_path());
    return json;
}

Bytes32 vector_seed() {
    const std::string& text = vectors()["datasetSeed"].text();
    Bytes32 seed;
    for (std::size_t i = 0; i < 32; i++)
        seed[i] = static_cast<std::uint8_t>(std::stoul(text.substr(2 + 2 * i, 2), nullptr, 16));
    return seed;
}

Backend& backend() {
    static const auto made = make_cpu_backend(2);
    return *made;
}

RunRequest run_request(const std::string& trace_path) {
    RunRequest request;
    request.profile = parse_profile(vectors()["profile"].text());
    request.dataset_seed = vector_seed();
    request.challenge = vectors()["challenge"].element();
    request.start = std::chrono::steady_clock::now();
    request.window = std::chrono::hours(1);
    request.max_steps = vectors()["steps"].number();
    request.trace_path = trace_path;
    return request;
}

const CancelToken kNever;

TEST("kernel", "draws the indices of the vectors") {
    for (const auto& vector : vectors()["draws"].items()) {
        const auto lane = static_cast<unsigned>(vector["lane"].number());
        CHECK(draw(vector["h"].element(), lane, vector["n"].number()) == vector["value"].number());
    }
}

TEST("kernel", "hashes the dataset of the vectors") {
    backend().load(parse_profile("work-dev"), vector_seed(), {kNever, {}});
    CHECK(backend().dataset_root({kNever, {}}) == vectors()["datasetRoot"].element());
}

TEST("kernel", "computes the trace of the vectors and opens it at the sampled places") {
    const RunRequest request = run_request(test::scratch_folder() + "/a.trace");
    const RunResult result = run_kernel(backend(), request, kNever, {});
    CHECK(result.steps == vectors()["steps"].number());
    CHECK(result.root == vectors()["traceRoot"].element());
    CHECK(read_trace(request.trace_path).leaves == vectors()["leaves"].elements());

    for (const auto& proof : vectors()["proofs"].items()) {
        const auto opened =
            open_samples(backend(),
                         {request.profile, request.dataset_seed, request.challenge, proof["sampleSeed"].element(),
                          proof["sampleIndex"].number(), request.trace_path},
                         {kNever, {}});
        CHECK(opened.size() == proof["places"].size());
        const Json& inputs = proof["inputs"];
        for (std::size_t i = 0; i < opened.size(); i++) {
            CHECK(opened[i].place.step == proof["places"][i]["step"].number());
            CHECK(opened[i].place.column == proof["places"][i]["column"].number());
            CHECK(opened[i].trace_path == inputs["tracePath"][i].elements());
            CHECK(opened[i].column_path == inputs["columnPath"][i].elements());
            CHECK(opened[i].row_elements == inputs["rowElements"][i].elements());
            CHECK(opened[i].row_path == inputs["rowPath"][i].elements());
            CHECK(opened[i].output_elements == inputs["outputElements"][i].elements());
            for (std::size_t k = 0; k < opened[i].weight_elements.size(); k++) {
                CHECK(opened[i].place.neurons[k] == proof["places"][i]["neurons"][k].number());
                CHECK(opened[i].weight_elements[k] == inputs["weightElements"][i][k].elements());
                CHECK(opened[i].weight_path[k] == inputs["weightPath"][i][k].elements());
            }
        }
    }
}

TEST("kernel", "gives the same trace with any number of threads, for several blocks and layers") {
    const Profile profile = checked_profile({2, 2, 2, 2, 32, 1, 1});
    std::vector<Fr> roots;
    for (const unsigned threads : {1u, 3u}) {
        const auto other = make_cpu_backend(threads);
        RunRequest request = run_request(test::scratch_folder() + "/b.trace");
        request.profile = profile;
        request.max_steps = 3;
        roots.push_back(run_kernel(*other, request, kNever, {}).root);
    }
    CHECK(roots[0] == roots[1]);
}

TEST("kernel", "computes column outputs by the definition, across the tiles of a long vector") {
    // 8 blocks take four tiles of 1984 entries; one output is recomputed entry by entry.
    const Profile profile = checked_profile({8, 1, 1, 1, 16, 1, 1});
    Backend& cpu = backend();
    cpu.load(profile, vector_seed(), {kNever, {}});
    const Hasher hasher(false);
    const Fr seed = field_element(12345);
    const OpenedColumn column = cpu.open_column(seed, 0, kNever);
    const auto nibbles = [](const std::vector<Fr>& elements) {
        std::vector<int> values;
        for (const Fr& element : elements) {
            const Limbs integer = to_integer(element);
            for (unsigned i = 0; i < kNibblesPerElement; i++) {
                values.push_back(static_cast<int>(integer[4 * i / 64] >> (4 * i % 64) & 15) - 8);
            }
        }
        return values;
    };
    auto row = cpu.dataset_row(drawn_row(hasher, profile, seed, 0));
    Limbs fresh = to_integer(hasher.hash(tags::kFresh, seed, Fr{}));
    fresh[3] &= (std::uint64_t{1} << 56) - 1;
    row[0] = to_montgomery(fresh);
    const auto x = nibbles(row);
    for (const std::uint32_t neuron : {0u, 61u, 62u, 4000u, 7935u}) {
        const auto w = nibbles(cpu.dataset_row(neuron));
        std::int32_t dot = 0;
        for (std::size_t i = 0; i < x.size(); i++) dot += w[i] * x[i];
        const std::uint32_t bit = 2 * (neuron % 62);
        const std::uint64_t word = to_integer(column.elements[neuron / 62])[bit / 64];
        CHECK(((word >> (bit % 64)) & 3) == output_bits(dot));
    }
    CHECK(hasher.digest(tags::kOutput, column.elements) == column.leaf);  // one column: its digest is the leaf
}

TEST("kernel", "keeps the frontier's root equal to the whole tree's") {
    const Hasher hasher(true);
    ThreadPool pool(1);
    Frontier frontier(hasher, tags::kTrace, 4);
    std::vector<Fr> leaves;
    for (std::uint64_t count = 0; count <= 16; count++) {
        const MerkleTree tree(hasher, pool, kNever, tags::kTrace, 4, leaves);
        CHECK(frontier.count() == count);
        CHECK(frontier.root() == tree.root());
        if (count == 16) break;
        const auto path = tree.path(count);
        const auto left = frontier.left_siblings();
        for (unsigned height = 0; height < 4; height++) {
            CHECK(left[height] == ((count >> height) & 1 ? path[height] : Fr{}));
        }
        leaves.push_back(field_element(count + 7));
        frontier.append(leaves.back());
    }
}

TEST("kernel", "stops before a step that would end after the window, and says when none fits") {
    RunRequest request = run_request(test::scratch_folder() + "/c.trace");
    run_kernel(backend(), request, kNever, {});  // loads the dataset
    request.start = std::chrono::steady_clock::now();
    request.window = 8 * run_kernel(backend(), request, kNever, {}).elapsed;
    request.max_steps = request.profile.max_steps();
    request.start = std::chrono::steady_clock::now();
    const RunResult result = run_kernel(backend(), request, kNever, {});
    CHECK(result.steps > 1 && result.steps < request.max_steps);
    CHECK(result.elapsed <= 2 * request.window);  // a loaded machine may stall the last step, not more
    request.start = std::chrono::steady_clock::now();
    request.window = std::chrono::microseconds(1);
    CHECK_CODE(Code::kWindowTooShort, run_kernel(backend(), request, kNever, {}));
}

TEST("kernel", "honours a cancellation and leaves no trace") {
    RunRequest request = run_request(test::scratch_folder() + "/d.trace");
    request.max_steps = request.profile.max_steps();
    CancelToken cancel;
    CHECK_CODE(Code::kCancelled, run_kernel(backend(), request, cancel,
                                            [&](std::uint64_t, std::chrono::microseconds) { cancel.cancel(); }));
    CHECK_CODE(Code::kTraceMissing, read_trace(request.trace_path));
}

TEST("kernel", "refuses to open a trace of something else, and a trace that was not computed") {
    const std::string path = test::scratch_folder() + "/e.trace";
    const RunRequest request = run_request(path);
    run_kernel(backend(), request, kNever, {});
    const OpenRequest right{request.profile, request.dataset_seed, request.challenge, field_element(1), 0, path};
    open_samples(backend(), right, {kNever, {}});
    OpenRequest wrong = right;
    wrong.challenge = field_element(5);
    CHECK_CODE(Code::kTraceMismatch, open_samples(backend(), wrong, {kNever, {}}));
    wrong = right;
    wrong.dataset_seed[0] ^= 1;
    CHECK_CODE(Code::kTraceMismatch, open_samples(backend(), wrong, {kNever, {}}));
    wrong = right;
    wrong.profile.sampled_neurons = 2;
    CHECK_CODE(Code::kTraceMismatch, open_samples(backend(), wrong, {kNever, {}}));

    Trace trace = read_trace(path);
    for (Fr& leaf : trace.leaves) leaf = leaf + field_element(1);
    write_trace(path, trace);
    CHECK_CODE(Code::kTraceCorrupt, open_samples(backend(), right, {kNever, {}}));  // the root is still the old one
    const Hasher hasher(true);
    Frontier frontier(hasher, tags::kTrace, trace.profile.trace_depth);
    for (const Fr& leaf : trace.leaves) frontier.append(leaf);
    trace.root = frontier.root();
    write_trace(path, trace);
    CHECK_CODE(Code::kTraceFalse, open_samples(backend(), right, {kNever, {}}));
}

TEST("kernel", "refuses parameters outside the statement") {
    for (const Parameters& bad :
         {Parameters{0, 4, 2, 8, 16, 2, 1}, Parameters{16, 4, 2, 8, 16, 2, 1}, Parameters{5, 4, 2, 8, 16, 2, 1},
          Parameters{1, 3, 2, 8, 16, 2, 1}, Parameters{1, 4, 0, 8, 16, 2, 1}, Parameters{1, 4, 2, 9, 16, 2, 1},
          Parameters{1, 4, 2, 8, 24, 2, 1}, Parameters{1, 1u << 23, 2, 8, 16, 2, 1},
          Parameters{1, 4, 1u << 16, 1u << 16, 16, 2, 1}, Parameters{1, 4, 2, 8, 16, 0, 1},
          Parameters{1, 4, 2, 8, 16, 2, 17}}) {
        CHECK_CODE(Code::kBadProfile, checked_profile(bad));
    }
    CHECK(parse_profile("width=8,blocks=1,layers=4,groups=2,traceDepth=16,sampledColumns=2,sampledNeurons=1") ==
          parse_profile("work-dev"));
    for (const char* bad : {"", "work", "blocks=1", "blocks=1,blocks=1", "blocks=x"}) {
        CHECK_CODE(Code::kBadProfile, parse_profile(bad));
    }
}

TEST("kernel", "refuses a dataset that does not fit the memory") {
    // 2^21 layers of K = 1984 stay under 2^32 rows: 4.1 TB.
    CHECK_CODE(Code::kOutOfMemory, backend().load(checked_profile({2, 1u << 21, 1, 1, 16, 1, 1}), {}, {kNever, {}}));
}

}  // namespace

}  // namespace pocps
