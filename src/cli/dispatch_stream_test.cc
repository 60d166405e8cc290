#include "cli/dispatch_stream.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "base/file.h"
#include "cli/line_reader.h"
#include "tests/fakes/cli_session.h"

namespace sloth::cli {
namespace {

const std::vector<std::string> kFromInput{"events", "dispatch", "--file", "-", "-o", "jsonl"};

std::string lines(int count) {
    std::string out;
    for (int i = 0; i < count; ++i) {
        out += fmt::format("{{\"type\": \"task.started\", \"id\": \"e-{}\"}}\n", i);
    }
    return out;
}

struct Pipe {
    Pipe() {
        int ends[2];
        EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
        out = Fd(ends[0]);
        in = Fd(ends[1]);
    }
    void write(const std::string& text) {
        EXPECT_EQ(::write(in.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    Fd out;
    Fd in;
};

TEST(DispatchStream, sends_many_lines_in_few_messages_and_prints_every_id_in_order) {
    testing::CliSession session;
    session.input_text = lines(1000);
    const testing::Ran ran = session.run(kFromInput);
    EXPECT_EQ(ran.exit, 0) << ran.err;
    std::string expected;
    for (int i = 0; i < 1000; ++i) {
        expected += fmt::format("{{\"id\":\"e-{}\",\"type\":\"task.started\"}}\n", i);
    }
    EXPECT_EQ(ran.out, expected);
    EXPECT_EQ(session.admin.batch_sizes, (std::vector<int>{256, 256, 256, 232}));
    EXPECT_EQ(ran.err, "1,000 events were accepted\n");
}

TEST(DispatchStream, passes_on_the_cause_of_the_run_that_started_it) {
    testing::CliSession session;
    session.streams.cause = "root/parent/3";
    session.input_text = lines(1);
    session.run(kFromInput);
    EXPECT_EQ(session.admin.last_cause, "root/parent/3");
}

TEST(DispatchStream, ends_with_6_and_the_number_accepted_when_the_master_goes_away) {
    testing::CliSession session;
    session.admin.break_stream_after = 3;
    session.input_text = lines(1000);
    const testing::Ran ran = session.run(kFromInput);
    EXPECT_EQ(ran.exit, 6);
    EXPECT_NE(ran.err.find("3 events were accepted"), std::string::npos) << ran.err;
    EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 3);
}

// The input stays open and says nothing more: the end of the stream must wake the command.
TEST(DispatchStream, does_not_wait_for_input_when_the_master_has_gone_away) {
    testing::CliSession session;
    session.admin.break_stream_after = 1;
    Pipe pipe;
    pipe.write(lines(2));
    session.streams.in = pipe.out.get();
    EXPECT_EQ(session.run(kFromInput).exit, 6);
}

TEST(DispatchStream, prints_an_id_while_the_input_is_still_open) {
    testing::CliSession session;
    Pipe input;
    Pipe output;
    session.streams.in = input.out.get();
    std::FILE* out = fdopen(dup(output.in.get()), "w");
    Streams streams = session.streams;
    streams.out = out;
    std::FILE* err = std::tmpfile();
    streams.err = err;
    int code = -1;
    std::thread command([&] { code = run_cli(kFromInput, streams, session.roles); });
    for (int i = 0; i < 2; ++i) {
        input.write(fmt::format("{{\"type\": \"a.b\", \"id\": \"x-{}\"}}\n", i));
        char buffer[200];
        const ssize_t count = read(output.out.get(), buffer, sizeof buffer);
        EXPECT_EQ(std::string(buffer, static_cast<size_t>(count)),
                  fmt::format("{{\"id\":\"x-{}\",\"type\":\"a.b\"}}\n", i));
    }
    input.in.reset();
    command.join();
    std::fclose(out);
    std::fclose(err);
    EXPECT_EQ(code, 0);
}

TEST(DispatchStream, a_reader_that_goes_away_ends_it_quietly) {
    testing::CliSession session;
    Pipe output;
    output.out.reset();
    session.input_text = lines(10);
    Streams streams = session.streams;
    Pipe input;
    input.write(lines(10));
    input.in.reset();
    streams.in = input.out.get();
    streams.out = fdopen(dup(output.in.get()), "w");
    streams.err = std::tmpfile();
    EXPECT_EQ(run_cli(kFromInput, streams, session.roles), 141);
    EXPECT_EQ(std::ftell(streams.err), 0);
    std::fclose(streams.out);
    std::fclose(streams.err);
}

TEST(LineReader, gives_out_whole_lines_as_they_come_and_the_last_one_at_the_end) {
    Pipe pipe;
    LineReader reader(pipe.out.get(), 100);
    pipe.write("one\ntwo\r\nth");
    EXPECT_TRUE(*reader.fill());
    EXPECT_EQ(reader.next()->text, "one");
    EXPECT_EQ(reader.next()->text, "two");
    EXPECT_FALSE(reader.next());
    pipe.write("ree");
    EXPECT_TRUE(*reader.fill());
    EXPECT_FALSE(reader.next());
    pipe.in.reset();
    EXPECT_FALSE(*reader.fill());
    const auto last = reader.next();
    ASSERT_TRUE(last);
    EXPECT_EQ(last->text, "three");
    EXPECT_EQ(last->number, 3);
    EXPECT_FALSE(reader.next());
}

TEST(LineReader, cuts_a_line_that_is_too_long_and_goes_on_after_it) {
    Pipe pipe;
    LineReader reader(pipe.out.get(), 10);
    pipe.write(std::string(30, 'x'));
    EXPECT_TRUE(*reader.fill());
    const auto cut = reader.next();
    ASSERT_TRUE(cut);
    EXPECT_TRUE(cut->too_long);
    EXPECT_EQ(cut->number, 1);
    pipe.write(std::string(30, 'x') + "\nshort\n");
    EXPECT_TRUE(*reader.fill());
    const auto next = reader.next();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->text, "short");
    EXPECT_EQ(next->number, 2);
    EXPECT_FALSE(next->too_long);
}

}  // namespace
}  // namespace sloth::cli
