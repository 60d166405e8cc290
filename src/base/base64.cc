#include "base/base64.h"

#include <array>
#include <cstdint>

namespace sloth {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr uint8_t kNone = 64;

constexpr std::array<uint8_t, 256> values_of(std::string_view alphabet) {
    std::array<uint8_t, 256> out{};
    out.fill(kNone);
    for (size_t i = 0; i < alphabet.size(); ++i)
        out[static_cast<unsigned char>(alphabet[i])] = static_cast<uint8_t>(i);
    return out;
}

constexpr std::array<uint8_t, 256> kStandardValues = values_of(kStandard);
constexpr std::array<uint8_t, 256> kUrlValues = values_of(kUrl);

}  // namespace

std::string to_base64(std::string_view bytes, Base64 alphabet) {
    const std::string_view digits = alphabet == Base64::standard ? kStandard : kUrl;
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const size_t count = std::min<size_t>(3, bytes.size() - i);
        uint32_t group = 0;
        for (size_t k = 0; k < 3; ++k)
            group = (group << 8) | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (size_t k = 0; k <= count; ++k) out += digits[(group >> (18 - 6 * k)) & 63];
        if (alphabet == Base64::standard) out.append(3 - count, '=');
    }
    return out;
}

Result<std::string> from_base64(std::string_view text, Base64 alphabet) {
    const auto& values = alphabet == Base64::standard ? kStandardValues : kUrlValues;
    std::string_view digits = text;
    const bool padded = digits.ends_with('=');
    if (padded) digits.remove_suffix(digits.ends_with("==") ? 2 : 1);
    if (digits.size() % 4 == 1 || (padded && text.size() % 4 != 0))
        return fail(Code::invalid, "not base64: {} characters cannot be one", text.size());
    std::string out;
    out.reserve(digits.size() / 4 * 3 + 2);
    uint32_t bits = 0;
    int count = 0;
    for (size_t i = 0; i < digits.size(); ++i) {
        const uint8_t value = values[static_cast<unsigned char>(digits[i])];
        if (value == kNone) return fail(Code::invalid, "not base64: character {} is none", i + 1);
        bits = (bits << 6) | value;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>((bits >> count) & 0xFF);
    }
    if ((bits & ((1U << count) - 1)) != 0)
        return fail(Code::invalid, "not base64: the last character has bits too many");
    return out;
}

}  // namespace sloth
