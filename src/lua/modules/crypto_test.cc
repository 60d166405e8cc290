#include <gtest/gtest.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

std::string raised(ScriptBed& bed, const std::string& call) {
    return bed.eval("return select(2, pcall(function() return " + call + " end))");
}

// Vectors of the standards are in crypto/digest_test.cc.
TEST(LuaCrypto, digests_texts) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return crypto.md5('abc')"), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(bed.eval("return crypto.sha1('abc')"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(bed.eval("return crypto.sha256('abc') == crypto.hash('sha256', 'abc')"), "true");
    EXPECT_EQ(bed.eval("return #crypto.sha512('')"), "128");
    EXPECT_EQ(bed.eval("return crypto.hmac('sha256', 'Jefe', 'what do ya want for nothing?')"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(bed.eval("return crypto.sha256('a\\0b') ~= crypto.sha256('a')"), "true");
    EXPECT_EQ(
        raised(bed, "crypto.hash('crc32', 'x')"),
        "notify.lua:1: bad argument #1 to 'crypto.hash' (md5, sha1, sha256 or sha512 expected)");
}

TEST(LuaCrypto, encodes_and_decodes) {
    ScriptBed bed;
    EXPECT_EQ(
        bed.eval("return crypto.base64_encode('foob\\xff'), crypto.base64_decode('Zm9vYv8=') == "
                 "'foob\\xff'"),
        "Zm9vYv8=\ttrue");
    EXPECT_EQ(
        bed.eval("return crypto.base64url_encode('\\xfb\\xff'), #crypto.base64url_decode('-_8')"),
        "-_8\t2");
    EXPECT_EQ(bed.eval("return crypto.hex_encode('a\\0'), crypto.hex_decode('4142')"), "6100\tAB");
    EXPECT_EQ(bed.eval("return crypto.base64_decode('*')"),
              "nil\tnot base64: 1 characters cannot be one");
    EXPECT_EQ(bed.eval("return crypto.hex_decode('0g')"), "nil\tnot hex: character 2 is no digit");
    EXPECT_EQ(bed.eval("return crypto.compare('a', 'a'), crypto.compare('a', 'b')"), "true\tfalse");
}

TEST(LuaCrypto, encrypts_texts) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("local k = ('k'):rep(32) local c = crypto.aes_encrypt(k, 'secret\\0x') "
                       "return c ~= crypto.aes_encrypt(k, 'secret\\0x'), "
                       "crypto.aes_decrypt(k, c) == 'secret\\0x'"),
              "true\ttrue");
    EXPECT_EQ(bed.eval("return crypto.aes_decrypt('short', crypto.aes_encrypt('short', 'text'))"),
              "text");
    EXPECT_EQ(bed.eval("return crypto.aes_decrypt('other', crypto.aes_encrypt('short', 'text'))"),
              "nil\tthe key is another one, or the encrypted text was changed");
    EXPECT_EQ(bed.eval("return crypto.aes_decrypt('k', 'x')"), "nil\tthis is no encrypted text");
    EXPECT_EQ(raised(bed, "crypto.aes_encrypt('', 'x')"),
              "notify.lua:1: bad argument #1 to 'crypto.aes_encrypt' (a key expected, got an empty "
              "string)");
}

TEST(LuaCrypto, draws_at_random) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return #crypto.random_bytes(1), #crypto.random_bytes(65536)"), "1\t65536");
    EXPECT_EQ(bed.eval("return crypto.random_bytes(8) ~= crypto.random_bytes(8)"), "true");
    EXPECT_EQ(bed.eval("local s = crypto.random_string(500) return #s, s:match('^[%w]+$') == s"),
              "500\ttrue");
    EXPECT_EQ(bed.eval("local s = crypto.random_string(100, 'ab') "
                       "return s:match('^[ab]+$') == s, s:find('a') ~= nil, s:find('b') ~= nil"),
              "true\ttrue\ttrue");
    EXPECT_EQ(bed.eval("return utf8.len(crypto.random_string(50, '\u00e4\u00f6\u00fc'))"), "50");
    EXPECT_EQ(raised(bed, "crypto.random_string(5, 'aa')"),
              "notify.lua:1: bad argument #2 to 'crypto.random_string' (two different characters "
              "expected, at least)");
    EXPECT_EQ(
        raised(bed, "crypto.random_bytes(0)"),
        "notify.lua:1: bad argument #1 to 'crypto.random_bytes' (1 to 65536 expected, got 0)");
}

TEST(LuaCrypto, makes_ids) {
    ScriptBed bed;
    EXPECT_EQ(
        bed.eval("local id = crypto.uuid() return #id, id:sub(15, 15), id ~= crypto.uuid_v4()"),
        "36\t4\ttrue");
    EXPECT_EQ(bed.eval("local a, b = crypto.uuid_v7(), crypto.uuid_v7() "
                       "return a:sub(1, 15), a < b"),
              "019ab0a2-08f4-7\ttrue");
}

TEST(LuaCrypto, makes_passwords_of_every_kind_of_characters) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("for _ = 1, 200 do local p = crypto.generate_password(8) "
                       "assert(#p == 8 and p:find('%l') and p:find('%u') and p:find('%d') and "
                       "p:find('%p') and not p:find('[\\'\"`\\\\ ]'), p) end "
                       "local p = crypto.generate_password(30, false) "
                       "return #crypto.generate_password(), #p, p:match('^%w+$') == p"),
              "16\t30\ttrue");
    EXPECT_EQ(
        raised(bed, "crypto.generate_password(7)"),
        "notify.lua:1: bad argument #1 to 'crypto.generate_password' (8 to 4096 expected, got "
        "7)");
}

TEST(LuaCrypto, leaves_slow_hashes_to_the_broker) {
    ScriptBed bed;
    const Outcome hash = bed.call("crypto.bcrypt_hash('pa\\xffss') crypto.scrypt_hash('p', 16)");
    ASSERT_EQ(hash.effects.size(), 2u) << hash.error;
    EXPECT_EQ(hash.effects[0].substr(0, 43),
              "crypto.bcrypt_hash [\"bcrypt\",\"pa\xEF\x9F\xBFss\",12,\"");
    EXPECT_EQ(hash.effects[0].size(), 43u + 32 + 2);  // the salt is random
    EXPECT_TRUE(hash.effects[1].starts_with("crypto.scrypt_hash [\"scrypt\",\"p\",16,\""));
    const Outcome check = bed.call("crypto.bcrypt_check('p', 'h') crypto.scrypt_check('p', 'h')");
    EXPECT_EQ(check.effects,
              (std::vector<std::string>{R"(crypto.bcrypt_check ["bcrypt","p","h"])",
                                        R"(crypto.scrypt_check ["scrypt","p","h"])"}));
    EXPECT_EQ(raised(bed, "crypto.bcrypt_hash('p', 4)"),
              "notify.lua:1: bad argument #2 to 'crypto.bcrypt_hash' (10 to 15 expected, got 4)");
    EXPECT_EQ(raised(bed, "crypto.scrypt_hash('p', 20)"),
              "notify.lua:1: bad argument #2 to 'crypto.scrypt_hash' (14 to 16 expected, got 20)");
}

}  // namespace
}  // namespace sloth::lua
