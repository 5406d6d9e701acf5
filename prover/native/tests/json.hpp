// A strict reader of the JSON that test vectors use: objects, arrays, strings without escapes, whole numbers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "field.hpp"

namespace pocps::test {

class Json {
 public:
    /// Throws Failure for anything that is not one such value.
    static Json parse_file(const std::string& path);

    const Json& operator[](const std::string& name) const;
    const Json& operator[](std::size_t index) const;
    std::size_t size() const { return items_.size(); }
    const std::vector<Json>& items() const { return items_; }

    const std::string& text() const;
    /// A whole number, written as one or as a decimal string.
    std::uint64_t number() const;
    /// A field element, written as a decimal string.
    Fr element() const;
    std::vector<Fr> elements() const;

 private:
    friend class JsonParser;
    enum class Type { kObject, kArray, kString, kNumber };
    void require(Type type) const;

    Type type_ = Type::kObject;
    std::string scalar_;
    std::map<std::string, Json> fields_;
    std::vector<Json> items_;
};

}  // namespace pocps::test
