#include "domain/redactor.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

struct RedactorTest : testing::Test {
    Redactor redactor;
    RedactorTest() { redactor.add("token", "s3cr/t+p\xC3\xA4ss word"); }
};

TEST_F(RedactorTest, takes_the_value_out_wherever_it_stands) {
    EXPECT_EQ(redactor.redact("a s3cr/t+p\xC3\xA4ss word b s3cr/t+p\xC3\xA4ss word"),
              "a [secret token] b [secret token]");
    EXPECT_EQ(redactor.redact("nothing here"), "nothing here");
}

// Made by base64(1), curl and python beforehand.
TEST_F(RedactorTest, takes_its_encoded_forms_out) {
    EXPECT_EQ(redactor.redact("x=czNjci90K3DDpHNzIHdvcmQ="), "x=[secret token]Q=");
    EXPECT_EQ(redactor.redact("dXNlcjpzM2NyL3QrcMOkc3Mgd29yZA==").find("M2NyL3Qr"),
              std::string::npos);
    EXPECT_EQ(redactor.redact("u:czNjci90K3DDpHNzIHdvcmQ").find("czNjci90K3"), std::string::npos);
    EXPECT_EQ(redactor.redact("?q=s3cr%2Ft%2Bp%C3%A4ss%20word"), "?q=[secret token]");
    EXPECT_EQ(redactor.redact("?q=s3cr%2ft%2bp%c3%a4ss+word"), "?q=[secret token]");
    EXPECT_EQ(redactor.redact("733363722f742b70c3a4737320776f7264"), "[secret token]");
}

TEST(Redactor, finds_a_value_behind_any_prefix_of_a_basic_login) {
    Redactor redactor;
    redactor.add("pw", "open-sesame-99");
    // base64 of "me:open-sesame-99", "you:open-sesame-99" and "they:open-sesame-99".
    for (const char* login :
         {"bWU6b3Blbi1zZXNhbWUtOTk=", "eW91Om9wZW4tc2VzYW1lLTk5", "dGhleTpvcGVuLXNlc2FtZS05OQ=="}) {
        EXPECT_NE(redactor.redact(login).find("[secret pw]"), std::string::npos) << login;
    }
}

TEST(Redactor, takes_out_the_lines_of_a_key_and_text_with_breaks) {
    Redactor redactor;
    redactor.add("key", "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nshort\n");
    EXPECT_EQ(redactor.redact("line MIIEvQIBADANBgkqhkiG end"), "line [secret key] end");
    EXPECT_EQ(redactor.redact("short"), "short");
}

TEST(Redactor, leaves_what_is_too_short_to_be_told_from_chance) {
    Redactor redactor;
    redactor.add("pin", "12345");
    EXPECT_TRUE(redactor.empty());
    EXPECT_EQ(redactor.redact("12345"), "12345");
}

}  // namespace
}  // namespace sloth
