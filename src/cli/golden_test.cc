// Plays the sessions in tests/golden: each file is a list of commands with what they print.
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/command.h"
#include "tests/fakes/cli_session.h"

namespace sloth {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> files() {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(SLOTH_GOLDEN_DIR)) {
        if (entry.path().extension() == ".txt") out.push_back(entry.path().stem().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

// Words as a shell would see them: quotes keep blanks.
std::vector<std::string> shell_words(const std::string& line) {
    std::vector<std::string> out;
    std::string word;
    char quote = 0;
    bool started = false;
    for (const char c : line) {
        if (quote != 0) {
            if (c == quote) {
                quote = 0;
            } else {
                word += c;
            }
        } else if (c == '\'' || c == '"') {
            quote = c;
            started = true;
        } else if (c == ' ') {
            if (started) out.push_back(std::move(word));
            word.clear();
            started = false;
        } else {
            word += c;
            started = true;
        }
    }
    if (started) out.push_back(std::move(word));
    return out;
}

void with_prefix(const std::string& text, const std::string& prefix, std::string& out) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) out += prefix + line + "\n";
}

// One file: `## ...` is a comment or a setting, `< ...` a line of input for the next command,
// `$ sloth-runner ...` the command; what follows is what it printed, on standard error after "! ",
// and its exit code, if it is not 0.
class Player {
 public:
    std::string play(const std::string& text) {
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("## ") || line.empty()) {
                if (!line.empty() || after_comment_) out_ += line + "\n";
                after_comment_ = !line.empty();
                set(line);
            } else if (line.starts_with("< ")) {
                out_ += line + "\n";
                session_.input_text += line.substr(2) + "\n";
            } else if (line.starts_with("$ sloth-runner")) {
                command(line);
            }
        }
        return out_;
    }

 private:
    void set(const std::string& line) {
        using Master = testing::CliSession::Master;
        if (line == "## master: none") session_.master = Master::none;
        if (line == "## master: unreachable") session_.master = Master::unreachable;
        if (line == "## master: runs") session_.master = Master::runs;
        if (line == "## master: draining") session_.admin.draining = true;
        if (line == "## agent: not registered") session_.admin.registered = false;
        if (line.starts_with("## terminal: ")) {
            session_.streams.width = std::stoi(line.substr(13));
            session_.streams.in_is_tty = session_.streams.out_is_tty = true;
        }
    }

    void command(const std::string& line) {
        after_comment_ = false;
        std::vector<std::string> words = shell_words(line);
        words.erase(words.begin(), words.begin() + 2);
        const testing::Ran ran = session_.run(words);
        session_.input_text.clear();
        out_ += line + "\n";
        with_prefix(ran.out, "", out_);
        with_prefix(ran.err, "! ", out_);
        if (ran.exit != 0) out_ += fmt::format("[exit {}]\n", ran.exit);
        out_ += "\n";
    }

    testing::CliSession session_;
    std::string out_;
    bool after_comment_ = false;
};

class Golden : public ::testing::TestWithParam<std::string> {};

TEST_P(Golden, session_prints_what_the_file_says) {
    setenv("TZ", "UTC", 1);
    tzset();
    const fs::path path = fs::path(SLOTH_GOLDEN_DIR) / (GetParam() + ".txt");
    fs::current_path(SLOTH_GOLDEN_DIR);
    std::ostringstream read;
    read << std::ifstream(path).rdbuf();
    std::string played = Player().play(read.str());
    // Paths of this machine do not belong into the file.
    for (size_t at = 0; (at = played.find(SLOTH_GOLDEN_DIR)) != std::string::npos;) {
        played.replace(at, std::string(SLOTH_GOLDEN_DIR).size(), "GOLDEN");
    }
    if (std::getenv("SLOTH_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(path) << played;
        return;
    }
    EXPECT_EQ(read.str(), played) << "in " << path
                                  << "; SLOTH_UPDATE_GOLDEN=1 rewrites it from what was printed";
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, ::testing::ValuesIn(files()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace sloth
