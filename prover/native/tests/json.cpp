// Recursive descent over the JSON of the vectors.
#include "json.hpp"

#include <charconv>
#include <fstream>
#include <sstream>

#include "harness.hpp"

namespace pocps::test {

class JsonParser {
 public:
    explicit JsonParser(std::string text) : text_(std::move(text)) {}

    Json parse() {
        Json value = parse_value();
        skip_space();
        if (at_ != text_.size()) refuse("more after the value");
        return value;
    }

 private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw Failure("vectors, byte " + std::to_string(at_) + ": " + what);
    }
    void skip_space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) at_++;
    }
    char next() {
        skip_space();
        if (at_ == text_.size()) refuse("the end");
        return text_[at_++];
    }
    bool take(char expected) {
        if (next() == expected) return true;
        at_--;
        return false;
    }
    void need(char expected) {
        if (!take(expected)) refuse(std::string("no ") + expected);
    }

    Json parse_value() {
        Json value;
        if (take('{')) {
            value.type_ = Json::Type::kObject;
            while (!take('}')) {
                if (!value.fields_.empty()) need(',');
                need('"');
                const std::string name = parse_string();
                need(':');
                if (!value.fields_.emplace(name, parse_value()).second) refuse("a field twice: " + name);
            }
        } else if (take('[')) {
            value.type_ = Json::Type::kArray;
            while (!take(']')) {
                if (!value.items_.empty()) need(',');
                value.items_.push_back(parse_value());
            }
        } else if (take('"')) {
            value.type_ = Json::Type::kString;
            value.scalar_ = parse_string();
        } else {
            value.type_ = Json::Type::kNumber;
            while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') value.scalar_ += text_[at_++];
            if (value.scalar_.empty()) refuse("no value");
        }
        return value;
    }

    std::string parse_string() {
        std::string value;
        while (at_ < text_.size() && text_[at_] != '"') {
            if (text_[at_] == '\\') refuse("an escape");
            value += text_[at_++];
        }
        need('"');
        return value;
    }

    std::string text_;
    std::size_t at_ = 0;
};

Json Json::parse_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw Failure("cannot read " + path);
    std::stringstream text;
    text << file.rdbuf();
    return JsonParser(text.str()).parse();
}

void Json::require(Type type) const {
    if (type_ != type) throw Failure("a value of the vectors has another type than the test expects");
}

const Json& Json::operator[](const std::string& name) const {
    require(Type::kObject);
    const auto found = fields_.find(name);
    if (found == fields_.end()) throw Failure("the vectors lack " + name);
    return found->second;
}

const Json& Json::operator[](std::size_t index) const {
    require(Type::kArray);
    return items_.at(index);
}

const std::string& Json::text() const {
    require(Type::kString);
    return scalar_;
}

std::uint64_t Json::number() const {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(scalar_.data(), scalar_.data() + scalar_.size(), value);
    if (error != std::errc() || end != scalar_.data() + scalar_.size()) throw Failure("not a number: " + scalar_);
    return value;
}

Fr Json::element() const {
    const auto value = from_decimal(text());
    if (!value) throw Failure("not a field element: " + scalar_);
    return *value;
}

std::vector<Fr> Json::elements() const {
    require(Type::kArray);
    std::vector<Fr> values;
    for (const Json& item : items_) values.push_back(item.element());
    return values;
}

}  // namespace pocps::test
