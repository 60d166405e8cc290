#include "wire/status.h"

#include <gtest/gtest.h>

namespace sloth::wire {
namespace {

TEST(Status, every_error_comes_back_whole) {
    for (int i = 0; i <= static_cast<int>(Code::corrupt); ++i) {
        const Error error{static_cast<Code>(i), "no hook named 'x'", "see `hook list`"};
        const grpc::Status status = to_status(error);
        EXPECT_FALSE(status.ok());
        EXPECT_EQ(from_status(status), error);
    }
}

TEST(Status, without_details_the_code_is_by_the_status) {
    const auto code = [](grpc::StatusCode status) {
        return from_status(grpc::Status(status, "m")).code;
    };
    EXPECT_EQ(code(grpc::UNAVAILABLE), Code::unreachable);
    EXPECT_EQ(code(grpc::DEADLINE_EXCEEDED), Code::timed_out);
    EXPECT_EQ(code(grpc::NOT_FOUND), Code::not_found);
    EXPECT_EQ(code(grpc::UNAUTHENTICATED), Code::refused);
    EXPECT_EQ(code(grpc::CANCELLED), Code::unreachable);
    EXPECT_FALSE(from_status(grpc::Status(grpc::UNKNOWN, "")).message.empty());
}

TEST(Status, long_texts_stay_under_the_header_limit) {
    const grpc::Status status =
        to_status({Code::failed, std::string(100'000, '\xFF'), std::string(9000, 'h')});
    EXPECT_LT(status.error_message().size() * 3 + status.error_details().size() * 4 / 3, 8000U);
    EXPECT_TRUE(from_status(status).message.ends_with("..."));
}

}  // namespace
}  // namespace sloth::wire
