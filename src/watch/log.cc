#include "watch/log.h"

#include <utility>

#include "base/json.h"

namespace sloth {
namespace {

constexpr size_t kMaxLine = 8 << 10;    // of a line in an event
constexpr size_t kMaxGroup = 1 << 10;   // of what a group has caught
constexpr size_t kMaxSightings = 1000;  // in one check; the rest follows at once
constexpr Micros kQuiet = 2ms;          // a program writes several lines in a row

}  // namespace

LogWatcher::LogWatcher(const WatcherSpec& spec, Pattern pattern,
                       const std::optional<std::string>& baseline, const WatcherContext& context)
    : origin_(context.origin(spec)),
      path_(without_extra_slashes(spec.path)),
      pattern_text_(spec.pattern),
      pattern_(std::move(pattern)),
      reader_(path_, {}),
      watch_(context.notifier, context.owner, path_, Notifier::Scope::followed) {
    const Json stored = parse_baseline(baseline);
    if (stored.value("path", Json()) != bounded_text(path_, path_.size())) return;
    if (auto position = parse_log_position(dump_json(stored.value("position", Json())))) {
        seen_ = std::move(*position);
        inferred_ = true;
    }
}

std::optional<MonoTime> LogWatcher::notice(const Notice& notice, MonoTime now) {
    const bool ours =
        notice.kind == Notice::Kind::overflow || watch_.told(notice) != PathWatch::Told::nothing;
    if (!ours) return {};
    if (!due_) due_ = now + kQuiet;
    return due_;
}

Result<Check> LogWatcher::check(MonoTime now) {
    due_.reset();
    now_.reset();
    watch_.arm();
    Check check;
    check.unaided = watch_.unaided();
    if (!seen_) {  // what is there now is nobody's business
        SLOTH_TRY(now_, reader_.end());
        more_ = false;
        check.save = Check::Save::now;
        note_absence(check);
        return check;
    }
    const auto take = [&](const LogReader::Line& line) {
        if (!pattern_.matches(line.text)) return true;
        add_sighting(line, pattern_.find(line.text), inferred_, check);
        return check.sightings.size() < kMaxSightings;
    };
    SLOTH_TRY(LogReader::Step step, reader_.read(*seen_, take));
    more_ = step.more;
    check.gap = std::move(step.gap);
    if (more_) check.again = now;
    const bool moved = *seen_ != step.position;
    const bool at_once = !check.sightings.empty() || !check.gap.empty();
    check.save = at_once ? Check::Save::now : moved || more_ ? Check::Save::later : Check::Save::no;
    now_ = std::move(step.position);
    note_absence(check);
    return check;
}

void LogWatcher::note_absence(Check& check) const {
    if (now_->file.kind == FileKind::absent)
        check.hindrance = "there is no such file yet: it is read when it comes";
}

void LogWatcher::add_sighting(const LogReader::Line& line, std::vector<std::string> match,
                              bool inferred, Check& check) const {
    Json data{{"path", path_},
              {"log_path", path_},
              {"pattern", pattern_text_},
              {"line", bounded_text(line.text, kMaxLine)},
              {"offset", line.offset}};
    if (!match.empty()) {
        data["match"] = bounded_text(match.front(), kMaxGroup);
        Json::array_t groups;
        for (size_t i = 1; i < match.size(); ++i)
            groups.push_back(bounded_text(match[i], kMaxGroup));
        if (!groups.empty()) data["groups"] = std::move(groups);
    }
    check.sightings.push_back(
        make_sighting("log.pattern_matched", std::move(data), origin_, inferred));
}

std::string LogWatcher::baseline() const {
    const auto& position = now_ ? now_ : seen_;
    if (!position) return {};
    return dump_json(Json{{"path", bounded_text(path_, path_.size())},
                          {"position", *parse_json(to_json(*position))}});
}

void LogWatcher::accept() {
    if (!now_) return;
    seen_ = std::exchange(now_, {});
    if (!more_) inferred_ = false;
}

}  // namespace sloth
