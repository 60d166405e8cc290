#include "cli/output.h"

#include <algorithm>

#include "base/json.h"
#include "cli/text.h"
#include "cli/yaml.h"

namespace sloth::cli {
namespace {

constexpr int kIndent = 2;

std::string name_of(const Json& item, std::string_view key) {
    const auto found = item.find(std::string(key));
    if (found == item.end()) return "";
    return one_line(found->is_string() ? found->get<std::string>() : dump_json(*found));
}

Format wished(const Session& session, Format otherwise) {
    if (!session.options().format && session.options().quiet) return Format::name;
    return session.format(otherwise);
}

}  // namespace

void print_list(Session& session, const Json& items, std::string_view name_key, const Table& table,
                std::string_view none) {
    const auto listing = [&] {
        Json out;
        out["items"] = items;
        return out;
    };
    switch (wished(session, Format::table)) {
        case Format::table:
            if (table.empty()) {
                session.note(none);
            } else {
                session.print(table.render(session.style()));
            }
            break;
        case Format::json:
            session.print(dump_json(listing(), kIndent) + "\n");
            break;
        case Format::yaml:
            session.print(to_yaml(listing()));
            break;
        case Format::jsonl:
            for (const Json& item : items) session.print(dump_json(item) + "\n");
            break;
        case Format::name:
            for (const Json& item : items) session.print(name_of(item, name_key) + "\n");
            break;
    }
}

void print_one(Session& session, const Json& object, std::string_view name_key,
               std::string_view text, Format otherwise) {
    switch (wished(session, otherwise)) {
        case Format::table:
            session.print(text);
            break;
        case Format::json:
            session.print(dump_json(object, kIndent) + "\n");
            break;
        case Format::yaml:
            session.print(to_yaml(object));
            break;
        case Format::jsonl:
            session.print(dump_json(object) + "\n");
            break;
        case Format::name:
            session.print(name_of(object, name_key) + "\n");
            break;
    }
}

Fields& Fields::add(std::string_view name, std::string value) {
    if (!value.empty()) rows_.emplace_back(name, one_line(value));
    return *this;
}

std::string Fields::render() const {
    size_t width = 0;
    for (const auto& [name, value] : rows_) width = std::max(width, name.size());
    std::string out;
    for (const auto& [name, value] : rows_) {
        out += fmt::format("{}:{}{}\n", name, std::string(width - name.size() + 1, ' '), value);
    }
    return out;
}

void print_error(Session& session, const Error& error) {
    std::string line = "error: " + error.message;
    if (!error.hint.empty()) line += fmt::format(" ({})", error.hint);
    session.say(line);
    const Format format = session.format();
    if (format != Format::json && format != Format::jsonl) return;
    Json out;
    out["error"]["code"] = to_string(error.code);
    out["error"]["message"] = error.message;
    out["error"]["hint"] = error.hint;
    session.say(dump_json(out));
}

}  // namespace sloth::cli
