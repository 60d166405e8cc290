// Bytes as text and back: UTF-8, byte text, base64, hex, sealed texts, quotes of Go.
#include "base/base64.h"
#include "base/byte_text.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "crypto/seal.h"
#include "fuzz/fuzz.h"
#include "text/letter_case.h"
#include "text/template/go_directive.h"
#include "text/template/go_literal.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace sloth;
    const std::string_view bytes = as_text(data, size);
    CHECK(from_byte_text(to_byte_text(bytes)) == bytes);
    CHECK(is_utf8(to_byte_text(bytes)));
    CHECK(!is_plain_text(bytes) || to_byte_text(bytes) == bytes);
    (void)from_byte_text(bytes);
    CHECK(is_utf8(valid_utf8(bytes)));
    CHECK(is_utf8(bytes) == (valid_utf8(bytes) == bytes));
    for (const Base64 alphabet : {Base64::standard, Base64::url}) {
        CHECK(from_base64(to_base64(bytes, alphabet), alphabet).value() == bytes);
        if (const auto decoded = from_base64(bytes, alphabet)) {
            std::string_view digits = bytes;
            while (digits.ends_with('=')) digits.remove_suffix(1);
            CHECK(to_base64(*decoded, alphabet).starts_with(digits));
        }
    }
    CHECK(from_hex(to_hex(bytes)).value() == bytes);
    (void)from_hex(bytes);
    const std::string key(crypto::kSealKey, 'k');
    CHECK(!crypto::open_sealed(key, bytes));
    CHECK(text::parse_go_quoted(text::go_quote(bytes, '"', false)).value() == text::Value(bytes));
    CHECK(text::parse_go_quoted(text::go_quote(bytes, '"', true)).value() == text::Value(bytes));
    (void)text::parse_go_number(bytes);
    (void)text::to_title(text::to_lower(text::to_upper(bytes)));
    return 0;
}
