// Takes secrets out of text that people will read: the value itself and the forms in which it is
// usually carried (base64 at any alignment, percent-encoded, hex, as a JSON string). Values shorter
// than kShortest are left: they would hit by chance. Values; one thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sloth {

class Redactor {
 public:
    static constexpr size_t kShortest = 6;

    // `name` stands in the text instead: "[secret token]".
    void add(std::string_view name, std::string_view value);
    bool empty() const { return patterns_.empty(); }
    std::string redact(std::string text) const;

 private:
    void add_pattern(std::string pattern, const std::string& mark);

    std::vector<std::pair<std::string, std::string>> patterns_;  // longest first
};

}  // namespace sloth
