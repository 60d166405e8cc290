#include "watch/command.h"

#include <sys/wait.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "base/json.h"

namespace sloth {
namespace {

constexpr Micros kTimeout = 10s;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<double> first_number(std::string_view text) {
    const auto digit = std::ranges::find_if(text, is_digit);
    if (digit == text.end()) return {};
    const char* begin = &*digit;
    // ".5" and "-5", but "a-5" is a name.
    if (begin > text.data() && begin[-1] == '.') --begin;
    const bool sign = begin > text.data() && begin[-1] == '-';
    if (sign &&
        (begin - 1 == text.data() || !std::isalnum(static_cast<unsigned char>(begin[-2])))) {
        --begin;
    }
    double number = 0;
    const auto [_, problem] = std::from_chars(begin, text.data() + text.size(), number);
    if (problem != std::errc()) return {};
    return number;
}

CommandWatcher::CommandWatcher(const WatcherSpec& spec, std::optional<Pattern> pattern,
                               const std::optional<std::string>& baseline,
                               const WatcherContext& context)
    : origin_(context.origin(spec)),
      owner_(context.owner),
      machine_(context.machine),
      command_(spec.command),
      conditions_(spec.conditions),
      pattern_(std::move(pattern)),
      pattern_text_(spec.pattern),
      expected_exit_(int(spec.expected_exit)),
      timeout_(spec.timeout == Micros{} ? kTimeout : spec.timeout),
      levels_(spec) {
    read(parse_baseline(baseline));
}

void CommandWatcher::read(const Json& stored) {
    try {
        if (stored.value("command", "") != bounded_text(command_, command_.size())) return;
        levels_.restore(stored.value("levels", Json()));
        seen_ =
            Seen{stored.at("output"), stored.at("hash"), stored.at("failed"), stored.at("matched")};
        inferred_ = true;
    } catch (const Json::exception&) {
        seen_.reset();  // damaged: it begins anew
    }
}

bool CommandWatcher::wants(std::string_view condition) const {
    return std::ranges::find(conditions_, condition) != conditions_.end();
}

Result<Check> CommandWatcher::check(MonoTime now) {
    Check check;
    levels_.begin();
    if (!outcome_) {
        if (!run_) {
            SLOTH_TRY(run_, ShellCommand::start(command_, machine_.notifier(), owner_,
                                                machine_.reaper(), timeout_, now));
        }
        outcome_ = run_->step(now);
        if (!outcome_) {
            check.again = run_->deadline();
            return check;
        }
        run_.reset();
    }
    auto compared = compare(now, check);
    if (!compared) {
        outcome_.reset();
        now_.reset();
        return fail_with(std::move(compared.error()));
    }
    check.hindrance = hindrance();
    const bool at_once = !seen_ || !check.sightings.empty() || levels_.changed();
    check.save = at_once ? Check::Save::now : seen_ != now_ ? Check::Save::later : Check::Save::no;
    return check;
}

Result<void> CommandWatcher::compare(MonoTime now, Check& check) {
    const ShellCommand::Outcome& run = *outcome_;
    const bool failed =
        run.timed_out || !WIFEXITED(run.status) || WEXITSTATUS(run.status) != expected_exit_;
    const bool whole = !run.timed_out;  // what was killed has not said all
    const bool matched = pattern_ ? whole && pattern_->matches(run.output) : false;
    const std::string output = bounded_text(run.output, ShellCommand::kMaxOutput);
    now_ = Seen{output, run.output_hash, failed, matched};
    if (!whole && seen_) now_ = Seen{seen_->output, seen_->hash, failed, seen_->matched};
    if (seen_ && whole && seen_->hash != now_->hash) {
        Json data = describe();
        data["old_output"] = seen_->output;
        data["new_output"] = output;
        if (wants("changed")) add("output_changed", std::move(data), check);
    }
    const bool was_failed = seen_ && seen_->failed;
    if (failed != was_failed && wants("failed")) {
        Json data = describe();
        if (!seen_) data["initial"] = true;
        add(failed ? "failed" : "recovered", std::move(data), check);
    }
    if (matched && !(seen_ && seen_->matched) && wants("matches")) {
        Json data = describe();
        data["pattern"] = pattern_text_;
        data["match"] = bounded_text(pattern_->find(run.output).front(), 1024);
        if (!seen_) data["initial"] = true;
        add("output_matched", std::move(data), check);
    }
    if (!levels_.active() || !whole) return {};
    const auto number = first_number(run.output);
    if (!number) {
        if (failed) return {};  // told already, and why it printed none
        return fail(Code::failed, "the command printed no number");  // its text may hold a secret
    }
    if (const auto crossing = levels_.take("", *number, now)) {
        Json data = describe();
        levels_.describe(*crossing, "command", "value", data);
        data["value"] = number_json(*number);
        const bool beyond = data["condition"] == (crossing->high ? "above" : "below");
        add(beyond ? "threshold_exceeded" : "threshold_normal", std::move(data), check);
    }
    return {};
}

// Not what it says: that may hold a secret.
std::string CommandWatcher::hindrance() const {
    const int status = outcome_->status;
    if (outcome_->timed_out)
        return fmt::format("it did not end within {}", format_duration(timeout_));
    if (!WIFEXITED(status) || WEXITSTATUS(status) == expected_exit_) return {};
    // POSIX, Shell Command Language 2.8.2
    if (WEXITSTATUS(status) == 126) return "the shell cannot run the command (exit code 126)";
    if (WEXITSTATUS(status) == 127) return "the shell does not find the command (exit code 127)";
    return {};
}

Json CommandWatcher::describe() const {
    const ShellCommand::Outcome& run = *outcome_;
    Json data{{"command", bounded_text(command_, command_.size())},
              {"output", bounded_text(run.output, ShellCommand::kMaxOutput)}};
    if (WIFEXITED(run.status)) {
        data["exit_code"] = WEXITSTATUS(run.status);
    } else {
        data["signal"] = WTERMSIG(run.status);
    }
    data["expected_exit"] = expected_exit_;
    data["timed_out"] = run.timed_out;
    if (run.cut) data["output_cut"] = true;
    if (!run.errors.empty())
        data["error_output"] = bounded_text(run.errors, ShellCommand::kMaxErrors);
    data["duration"] = format_duration(run.duration);
    return data;
}

void CommandWatcher::add(std::string_view kind, Json data, Check& check) const {
    check.sightings.push_back(
        make_sighting(fmt::format("command.{}", kind), std::move(data), origin_, inferred_));
}

std::string CommandWatcher::baseline() const {
    const auto& seen = now_ ? now_ : seen_;
    if (!seen) return {};
    return dump_json(Json{{"command", bounded_text(command_, command_.size())},
                          {"output", seen->output},
                          {"hash", seen->hash},
                          {"failed", seen->failed},
                          {"matched", seen->matched},
                          {"levels", levels_.state()}});
}

void CommandWatcher::accept() {
    if (!now_) return;
    seen_ = std::exchange(now_, {});
    outcome_.reset();
    inferred_ = false;
    levels_.accept();
}

}  // namespace sloth
