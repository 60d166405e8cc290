#include "cli/parse.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>

#include "base/similar.h"
#include "base/utf8.h"
#include "cli/text.h"

namespace sloth::cli {
namespace {

using Words = std::vector<std::string>;

bool named(std::string_view word, std::string_view name, std::string_view aliases) {
    if (word == name) return true;
    const auto others = words_of(aliases);
    return std::find(others.begin(), others.end(), word) != others.end();
}

std::unexpected<Error> unknown(std::string_view what, std::string_view typed,
                               std::span<const std::string_view> candidates,
                               std::string_view otherwise) {
    Error error{Code::invalid, fmt::format("unknown {} '{}'", what, typed), std::string(otherwise)};
    if (const auto near = most_similar(typed, candidates)) {
        error.message += fmt::format(": did you mean '{}'?", *near);
    }
    return fail_with(std::move(error));
}

const Flag* global_flag(std::string_view word) {
    for (const Flag& flag : global_flags()) {
        const bool is_letter = word.size() == 2 && flag.letter == word[1];
        if (is_letter || (word.starts_with("--") && word.substr(2) == flag.name)) return &flag;
    }
    return nullptr;
}

// Takes the words that name the command out of `args`; what is left are flags and operands.
class CommandWords {
 public:
    CommandWords(std::span<const std::string> args, Request& request) : request_(request) {
        rest_.assign(args.begin(), args.end());
    }

    Result<Words> find() {
        size_t at = 0;
        while (request_.command == nullptr && next_word(at)) {
            SLOTH_TRY_VOID(take(rest_[at]));
            rest_.erase(rest_.begin() + static_cast<std::ptrdiff_t>(at));
        }
        if (request_.command == nullptr && unknown_flag_) {
            return unknown("flag", *unknown_flag_, {}, "flags of a command follow its name");
        }
        return std::move(rest_);
    }

 private:
    bool next_word(size_t& at) {
        for (; at < rest_.size(); ++at) {
            const std::string& word = rest_[at];
            if (word.size() < 2 || word[0] != '-') return true;
            const Flag* flag = global_flag(word);
            if (flag != nullptr && !flag->value.empty()) ++at;
            const std::string_view name = std::string_view(word).substr(0, word.find('='));
            const bool known = flag != nullptr || global_flag(name) != nullptr || name == "-h" ||
                               name == "--help" || name == "-V" || name == "--version";
            if (!known) unknown_flag_ = name;
        }
        return false;
    }

    Result<void> take(const std::string& word) {
        if (unknown_flag_) {
            return unknown("flag", *unknown_flag_, {}, "flags of a command follow its name");
        }
        if (request_.group == nullptr) return take_group(word);
        const std::string deeper = fmt::format("{} {}", request_.group->name, word);
        for (const Group& group : groups()) {
            const auto space = group.name.rfind(' ');
            if (space == std::string_view::npos) continue;
            if (group.name.substr(0, space) == request_.group->name &&
                named(word, group.name.substr(space + 1), group.aliases)) {
                request_.group = &group;
                return {};
            }
        }
        return take_command(word);
    }

    Result<void> take_group(const std::string& word) {
        std::vector<std::string_view> names;
        for (const Group& group : groups()) {
            if (group.name.find(' ') != std::string_view::npos) continue;
            if (!group.single || !group.commands().front().hidden) names.push_back(group.name);
            if (!named(word, group.name, group.aliases)) continue;
            request_.group = &group;
            if (group.single) request_.command = &group.commands().front();
            return {};
        }
        return unknown("command", word, names, "`sloth-runner help` lists the commands");
    }

    Result<void> take_command(const std::string& word) {
        std::vector<std::string_view> names;
        for (const Command& command : request_.group->commands()) {
            names.push_back(command.name);
            for (const std::string_view alias : words_of(command.aliases)) names.push_back(alias);
            if (!named(word, command.name, command.aliases)) continue;
            request_.command = &command;
            return {};
        }
        if (request_.group->name == "agent") names.emplace_back("watcher");
        return unknown(
            "command", fmt::format("{} {}", request_.group->name, word), prefixed(names),
            fmt::format("`sloth-runner {} --help` lists its commands", request_.group->name));
    }

    std::vector<std::string_view> prefixed(const std::vector<std::string_view>& names) {
        std::vector<std::string_view> out;
        for (const std::string_view name : names) {
            full_.push_back(fmt::format("{} {}", request_.group->name, name));
            out.push_back(full_.back());
        }
        return out;
    }

    Request& request_;
    Words rest_;
    std::deque<std::string> full_;  // a deque: views into it stay good
    std::optional<std::string> unknown_flag_;
};

Result<void> check_choice(const Flag& flag, const std::string& value) {
    if (flag.choices.empty()) return {};
    const auto choices = words_of(flag.choices, '|');
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) return {};
    Error error{Code::invalid, fmt::format("--{} cannot be '{}'", flag.name, value),
                fmt::format("it takes {}", joined(choices, ", "))};
    if (const auto near = most_similar(value, choices)) {
        error.message += fmt::format(": did you mean '{}'?", *near);
    }
    return fail_with(std::move(error));
}

Result<void> read_setting(const std::string& text, GlobalOptions& options) {
    const size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
        return fail(Code::invalid, "--set takes KEY=VALUE, not '{}'", text);
    }
    options.settings.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    return {};
}

Result<void> read_globals(const Arguments& given, GlobalOptions& options) {
    options.data_dir = given.text("data-dir");
    options.config = given.text("config");
    options.master = given.text("master");
    options.log_level = given.text("log-level");
    options.log_format = given.text("log-format");
    options.color = given.text("color");
    options.quiet = given.has("quiet");
    options.yes = given.has("yes");
    if (const std::string format = given.text("format"); !format.empty()) {
        constexpr std::array<std::string_view, 5> kNames{"table", "json", "yaml", "jsonl", "name"};
        const auto* found = std::find(kNames.begin(), kNames.end(), format);
        if (found != kNames.end()) options.format = static_cast<Format>(found - kNames.begin());
    }
    if (const auto set = given.values.find("set"); set != given.values.end()) {
        for (const std::string& text : set->second) SLOTH_TRY_VOID(read_setting(text, options));
    }
    return {};
}

// One parser for one command.
class Parser {
 public:
    explicit Parser(Request& request) : request_(request) {
        app_.set_help_flag("");
        app_.add_flag("-h,--help", request.help);
        if (request.command == nullptr) app_.add_flag("-V,--version", request.version);
        for (const Flag& flag : global_flags()) add(flag);
        if (request.command == nullptr) return;
        for (const Flag& flag : request.command->flags) add(flag);
        for (const std::string_view operand : words_of(request.command->operands)) {
            CLI::Option* option = app_.add_option("operand " + std::to_string(operands_.size() + 1),
                                                  operands_.emplace_back());
            if (!operand.ends_with("...")) option->expected(1);
            option->allow_extra_args(operand.ends_with("..."));
            required_ += operand.starts_with('<') ? 1 : 0;
            operand_names_.push_back(operand);
        }
    }

    Result<void> run(Words words) {
        std::reverse(words.begin(), words.end());  // that is how it takes a vector
        app_.allow_extras();
        std::string problem;
        try {
            app_.parse(std::move(words));
        } catch (const CLI::ParseError& e) {
            problem = e.what();
        }
        collect();
        SLOTH_TRY_VOID(read_globals(request_.arguments, request_.options));
        if (request_.help || request_.version) return {};
        if (!problem.empty()) return fail(Code::invalid, "{}", said(problem));
        SLOTH_TRY_VOID(check_extras());
        return check();
    }

 private:
    struct Slot {
        const Flag* flag;
        bool on = false;
        std::vector<std::string> values;
    };

    void add(const Flag& flag) {
        Slot& slot = slots_.emplace_back(Slot{&flag, false, {}});
        std::string names = fmt::format("--{}", flag.name);
        if (flag.letter != 0) names += fmt::format(",-{}", flag.letter);
        if (flag.value.empty()) {
            app_.add_flag(names, slot.on);
            return;
        }
        app_.add_option(names, slot.values)
            ->expected(1)
            ->allow_extra_args(false)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
            ->type_name(std::string(flag.value));
    }

    void collect() {
        Arguments& out = request_.arguments;
        for (Slot& slot : slots_) {
            if (slot.on) out.values[std::string(slot.flag->name)] = {"true"};
            if (!slot.values.empty()) out.values[std::string(slot.flag->name)] = slot.values;
        }
        for (const auto& operand : operands_) {
            out.operands.insert(out.operands.end(), operand.begin(), operand.end());
        }
    }

    // "--limit: 1 required N missing" is all that can come here: flags without their value.
    std::string said(const std::string& problem) const {
        for (const Slot& slot : slots_) {
            const std::string name = fmt::format("--{}", slot.flag->name);
            if (problem.starts_with(name + ":")) {
                return fmt::format("{} needs a value: {} {}", name, name, slot.flag->value);
            }
        }
        return problem;
    }

    Result<void> check_extras() const {
        for (const std::string& extra : app_.remaining()) {
            if (extra == "--") continue;
            if (extra.size() < 2 || extra[0] != '-') {
                return fail_with(
                    {Code::invalid, fmt::format("unexpected argument '{}'", extra), usage()});
            }
            const std::string typed = extra.substr(0, extra.find('='));
            std::vector<std::string> names{"--help"};
            for (const Slot& slot : slots_) names.push_back(fmt::format("--{}", slot.flag->name));
            const std::vector<std::string_view> views(names.begin(), names.end());
            return unknown("flag", typed, views, usage());
        }
        return {};
    }

    Result<void> check() const {
        for (const auto& [name, values] : request_.arguments.values) {
            for (const Slot& slot : slots_) {
                if (slot.flag->name != name) continue;
                if (values.size() > 1 && !slot.flag->repeats) {
                    return fail(Code::invalid, "--{} is given more than once", name);
                }
                for (const std::string& value : values) {
                    SLOTH_TRY_VOID(check_choice(*slot.flag, value));
                }
            }
        }
        if (request_.command != nullptr && request_.arguments.operands.size() < required_) {
            return fail_with(
                {Code::invalid,
                 fmt::format("{} is missing", operand_names_[request_.arguments.operands.size()]),
                 usage()});
        }
        return {};
    }

    std::string usage() const {
        if (request_.command == nullptr) return "see `sloth-runner help`";
        const std::string name = full_name(*request_.group, *request_.command);
        return fmt::format("usage: sloth-runner {} {}{}[flags]; see `sloth-runner {} --help`", name,
                           request_.command->operands,
                           request_.command->operands.empty() ? "" : " ", name);
    }

    Request& request_;
    CLI::App app_;
    std::deque<Slot> slots_;  // deques: the parser keeps references into them
    std::deque<std::vector<std::string>> operands_;
    std::vector<std::string_view> operand_names_;
    size_t required_ = 0;
};

}  // namespace

Result<void> parse(std::span<const std::string> args, Request& request) {
    for (const std::string& word : args) {
        if (!is_utf8(word) || word.find('\0') != std::string::npos) {
            return fail(Code::invalid, "the argument '{}' is not valid UTF-8", valid_utf8(word));
        }
    }
    auto words = CommandWords(args, request).find();
    if (!words) {
        // Only for the format of the error.
        Request rest;
        static_cast<void>(Parser(rest).run({args.begin(), args.end()}));
        request.options = rest.options;
        return std::unexpected(words.error());
    }
    return Parser(request).run(std::move(*words));
}

}  // namespace sloth::cli
