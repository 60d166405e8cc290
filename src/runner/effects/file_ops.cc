// The functions of the module `file_ops`: they bring a file into a state, and say whether that
// changed anything.
#include <memory>

#include "base/byte_text.h"
#include "base/json.h"
#include "files/content.h"
#include "files/copy.h"
#include "files/edit.h"
#include "files/status.h"
#include "files/unpack.h"
#include "runner/effects/file_call.h"
#include "text/regex.h"

namespace sloth {
namespace {

using files::Roots;
using Stop = std::stop_token;

constexpr size_t kMaxMatches = 500'000;  // of a pattern in a file; each takes some memory

Json done(Json facts) { return Json::array({true, std::move(facts)}); }

Result<Json> changed(const Result<bool>& result, const std::string& path) {
    if (!result) return std::unexpected(result.error());
    return done({{"changed", *result}, {"path", to_byte_text(path)}});
}

// What is to be taken out of a file is not in one that is not there.
Result<bool> take_out(const Roots& roots, const std::string& path, const files::TextChange& change,
                      const Stop& stop) {
    Result<bool> result = files::edit(roots, path, change, files::Missing::fail, stop);
    if (!result && result.error().code == Code::not_found) return false;
    return result;
}

Json facts_of(const files::Status& status) {
    Json facts{{"changed", false}, {"exists", status.exists}, {"path", to_byte_text(status.path)}};
    if (status.is_link) facts["is_link"] = true;
    if (!status.exists) return facts;
    facts["size"] = status.size;
    facts["mode"] = status.mode;
    facts["mtime"] = status.mtime;
    facts["uid"] = status.uid;
    facts["gid"] = status.gid;
    facts["is_dir"] = status.is_dir;
    facts["is_file"] = status.is_file;
    facts["is_link"] = status.is_link;
    if (!status.checksum.empty()) facts["checksum"] = status.checksum;
    return facts;
}

Result<files::LineTest> test_of(const std::optional<std::string>& pattern, const Stop& stop) {
    if (!pattern) return files::LineTest();
    SLOTH_TRY(text::Regex compiled, text::Regex::compile(*pattern));
    const auto regex = std::make_shared<const text::Regex>(std::move(compiled));
    return files::LineTest([regex, &stop](std::string_view line) -> Result<bool> {
        if (stop.stop_requested()) return fail(Code::timed_out, "stopped");
        SLOTH_TRY(const auto match, regex->find(line));
        return match.has_value();
    });
}

struct LineCall {
    std::string path;
    std::optional<std::string> line;
    std::optional<std::string> regexp;
    bool present;
    files::Missing missing;
    std::optional<std::string> after;   // "EOF" is where it goes anyway
    std::optional<std::string> before;  // "BOF": before everything
};

Result<bool> set_line(const LineCall& call, const Roots& roots, const Stop& stop) {
    files::LineChange change{.line = call.line.value_or("")};
    SLOTH_TRY(change.fits, test_of(call.regexp, stop));
    if (!call.present) {
        return take_out(
            roots, call.path,
            [&](std::string_view text) { return files::without_line(text, change); }, stop);
    }
    change.first = call.before == "BOF";
    SLOTH_TRY(change.after, test_of(call.after == "EOF" ? std::nullopt : call.after, stop));
    SLOTH_TRY(change.before, test_of(change.first ? std::nullopt : call.before, stop));
    return files::ensure_line(roots, call.path, change, call.missing, stop);
}

}  // namespace

Reply handle_file_stat(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file_ops.stat", Failed::nil);
    const auto checksum = file.flag(1) ? files::Checksum::compute : files::Checksum::leave_out;
    return file.look(
        [path = file.text(0), checksum](const Roots& roots, const Stop& stop) -> Result<Json> {
            SLOTH_TRY(const files::Status status, files::status(roots, path, checksum, stop));
            return Json::array({facts_of(status)});
        });
}

Reply handle_file_put(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file_ops", Failed::nil);
    const std::string path = file.text(0);
    return file.change(
        path,
        [path, content = file.text(1), mode = file.optional_mode(2)](
            const Roots& roots, const Stop& stop) -> Result<Json> {
            const files::WriteOptions options{.mode = mode, .parents = true, .compare = true};
            SLOTH_TRY(const bool changed, files::write(roots, path, content, options, stop));
            return done({{"changed", changed}, {"dest", to_byte_text(path)}});
        });
}

Reply handle_file_place(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file_ops.copy", Failed::nil);
    const std::string to = file.text(1);
    return file.change(to,
                       [from = file.text(0), to, mode = file.optional_mode(2)](
                           const Roots& roots, const Stop& stop) -> Result<Json> {
                           SLOTH_TRY(
                               const files::Copied copied,
                               files::copy(roots, from, to, {.mode = mode, .parents = true}, stop));
                           return done({{"changed", copied.changed},
                                        {"src", to_byte_text(from)},
                                        {"dest", to_byte_text(to)},
                                        {"size", copied.size}});
                       });
}

Reply handle_file_line(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file_ops.lineinfile", Failed::nil);
    LineCall wanted{.path = file.text(0),
                    .line = file.optional_text(1),
                    .regexp = file.optional_text(2),
                    .present = file.text(3) == "present",
                    .missing = file.flag(4) ? files::Missing::make : files::Missing::fail,
                    .after = file.optional_text(5),
                    .before = file.optional_text(6)};
    const std::string path = wanted.path;
    return file.change(path, [wanted = std::move(wanted)](const Roots& roots, const Stop& stop) {
        return changed(set_line(wanted, roots, stop), wanted.path);
    });
}

Reply handle_file_block(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file_ops.blockinfile", Failed::nil);
    const std::string path = file.text(0);
    files::Block block{.text = file.text(1), .begin = file.text(2), .end = file.text(3)};
    const bool present = file.text(4) == "present";
    const auto missing = file.flag(5) ? files::Missing::make : files::Missing::fail;
    return file.change(path, [path, block = std::move(block), present, missing](const Roots& roots,
                                                                                const Stop& stop) {
        const files::TextChange change = [&](std::string_view text) {
            return present ? files::with_block(text, block) : files::without_block(text, block);
        };
        return changed(present ? files::edit(roots, path, change, missing, stop)
                               : take_out(roots, path, change, stop),
                       path);
    });
}

Reply handle_file_replace(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file_ops.replace", Failed::nil);
    const std::string path = file.text(0);
    return file.change(
        path,
        [path, pattern = file.text(1), replacement = file.text(2)](
            const Roots& roots, const Stop& stop) -> Result<Json> {
            SLOTH_TRY(const text::Regex regex, text::Regex::compile(pattern));
            const text::RegexLimits limits{.max_matches = kMaxMatches,
                                           .max_bytes = files::kMaxContent,
                                           .go_on = [&stop] { return !stop.stop_requested(); }};
            const files::TextChange change =
                [&](std::string_view text) -> Result<std::optional<std::string>> {
                SLOTH_TRY(std::string next,
                          regex.replace(text, replacement, std::string_view::npos, limits));
                if (next == text) return std::nullopt;
                return next;
            };
            return changed(files::edit(roots, path, change, files::Missing::fail, stop), path);
        });
}

Reply handle_file_unarchive(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file_ops.unarchive", Failed::nil);
    const std::string folder = file.text(1);
    return file.change(
        folder,
        [archive = file.text(0), folder](const Roots& roots, const Stop& stop) -> Result<Json> {
            SLOTH_TRY(const files::Unpacked unpacked,
                      files::unpack(roots, archive, folder, {}, stop));
            return done({{"changed", true},
                         {"src", to_byte_text(archive)},
                         {"dest", to_byte_text(folder)},
                         {"files", unpacked.files},
                         {"bytes", unpacked.bytes}});
        });
}

}  // namespace sloth
