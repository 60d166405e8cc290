// One verb of a format and what it asks for; used by go_format.cc.
#pragma once

#include <string>
#include <string_view>

#include "text/value.h"

namespace sloth::text {

struct Directive {
    bool minus = false;
    bool plus = false;
    bool sharp = false;
    bool space = false;
    bool zero = false;
    bool sharp_v = false;  // %#v: as Go writes it in a program
    bool has_width = false;
    bool has_precision = false;
    int width = 0;
    int precision = 0;
};

// Appends values under one directive. `full` once the text is longer than it may be: the rest is
// left out.
class GoWriter {
 public:
    GoWriter(std::string& out, size_t max_bytes) : out_(out), max_bytes_(max_bytes) {}

    Directive how;

    void value(const Value* value, char32_t verb);  // null: nil
    void type_of(const Value* value);
    void plain(std::string_view text) { out_.append(text); }
    void character(char32_t c);
    bool full() const { return out_.size() > max_bytes_; }

 private:
    void element(const Value& value, char32_t verb);
    void array(const Value::Array& array, char32_t verb);
    void object(const Value::Object& object, char32_t verb);
    void bad_verb(const Value* value, char32_t verb);

    // go_number.cc
    bool whole(int64_t value, char32_t verb);
    bool number(double value, char32_t verb);
    void digits(int64_t value, unsigned base, char32_t verb);
    void decimal(double value, char verb, int precision);
    void unicode(int64_t value);

    // go_string.cc
    bool string(std::string_view text, char32_t verb);
    void hex(std::string_view text, bool upper);
    void pad(std::string_view text, bool zeros);
    std::string_view cut(std::string_view text) const;

    std::string& out_;
    size_t max_bytes_;
};

// "a\tb" with quotes, as Go writes it. `ascii`: nothing else.
std::string go_quote(std::string_view text, char quote, bool ascii);
bool can_backquote(std::string_view text);
bool is_go_printable(char32_t c);

}  // namespace sloth::text
