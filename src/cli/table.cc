#include "cli/table.h"

#include <algorithm>

#include "base/check.h"
#include "cli/text.h"

namespace sloth::cli {
namespace {

constexpr size_t kLeast = 6;  // no column is cut below this

std::string times(std::string_view piece, size_t count) {
    std::string out;
    for (size_t i = 0; i < count; ++i) out += piece;
    return out;
}

std::string padded(const std::string& text, size_t width, bool right) {
    const std::string space(width - std::min(width, display_width(text)), ' ');
    return right ? space + text : text + space;
}

}  // namespace

std::string toned(std::string_view text, Tone tone, bool colour) {
    if (!colour || tone == Tone::plain) return std::string(text);
    constexpr std::string_view kCodes[] = {"", "32", "31", "33", "2", "1"};
    return fmt::format("\x1b[{}m{}\x1b[0m", kCodes[static_cast<size_t>(tone)], text);
}

void Table::add(std::vector<Cell> cells) {
    CHECK(cells.size() == columns_.size());
    for (Cell& cell : cells) cell.text = one_line(cell.text);
    rows_.push_back(std::move(cells));
}

std::vector<size_t> Table::widths(const TableStyle& style, size_t between, size_t around) const {
    std::vector<size_t> out;
    size_t total = around;
    for (size_t i = 0; i < columns_.size(); ++i) {
        size_t width = display_width(columns_[i].title);
        for (const auto& row : rows_) width = std::max(width, display_width(row[i].text));
        out.push_back(width);
        total += width + (i > 0 ? between : 0);
    }
    if (style.width == 0) return out;
    int highest = 0;
    for (const Column& column : columns_) highest = std::max(highest, column.give);
    for (int give = highest; give > 0 && total > style.width; --give) {
        for (size_t i = 0; i < columns_.size() && total > style.width; ++i) {
            if (columns_[i].give != give) continue;
            const size_t least =
                std::min(out[i], std::max(kLeast, display_width(columns_[i].title)));
            const size_t less = std::min(out[i] - least, total - style.width);
            out[i] -= less;
            total -= less;
        }
    }
    return out;
}

std::string Table::render(const TableStyle& style) const {
    const std::vector<size_t> width = widths(style, 2, 0);
    std::string out;
    const auto line = [&](auto&& cell_of) {
        std::string text;
        for (size_t i = 0; i < columns_.size(); ++i) {
            const Cell cell = cell_of(i);
            std::string shown = cut_to(cell.text, width[i]);
            const bool last = i + 1 == columns_.size();
            if (!last || columns_[i].right) shown = padded(shown, width[i], columns_[i].right);
            text += toned(shown, cell.tone, style.colour) + (last ? "" : "  ");
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + "\n";
    };
    line([&](size_t i) { return Cell(columns_[i].title, Tone::bold); });
    if (style.rule) {
        size_t total = 2 * (columns_.size() - 1);
        for (const size_t w : width) total += w;
        out += toned(times("─", total), Tone::dim, style.colour) + "\n";
    }
    for (const auto& row : rows_) line([&](size_t i) { return row[i]; });
    return out;
}

std::string Table::render_boxed(const TableStyle& style) const {
    const std::vector<size_t> width = widths(style, 3, 4);
    const auto rule = [&](std::string_view left, std::string_view middle, std::string_view right) {
        std::string text(left);
        for (size_t i = 0; i < width.size(); ++i) {
            text += (i > 0 ? std::string(middle) : "") + times("─", width[i] + 2);
        }
        return text + std::string(right) + "\n";
    };
    std::string out = rule("┌", "┬", "┐");
    const auto line = [&](auto&& cell_of) {
        for (size_t i = 0; i < columns_.size(); ++i) {
            const Cell cell = cell_of(i);
            const std::string shown =
                padded(cut_to(cell.text, width[i]), width[i], columns_[i].right);
            out += "│ " + toned(shown, cell.tone, style.colour) + " ";
        }
        out += "│\n";
    };
    line([&](size_t i) { return Cell(columns_[i].title, Tone::bold); });
    out += rule("├", "┼", "┤");
    for (const auto& row : rows_) line([&](size_t i) { return row[i]; });
    return out + rule("└", "┴", "┘");
}

}  // namespace sloth::cli
