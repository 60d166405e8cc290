#include "watch/proc_text.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace sloth {
namespace {

// Cuts the next line (or word) off the front.
std::string_view take_line(std::string_view& text) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::string_view take_word(std::string_view& line) {
    const size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
    line.remove_prefix(begin);
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    line.remove_prefix(word.size());
    return word;
}

template <class Number>
Number number(std::string_view text, int base = 10) {
    Number value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, base);
    return value;
}

double decimal(std::string_view text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// "user nice system idle iowait irq softirq steal ...": guest time is in user already.
CpuTimes cpu_times(std::string_view line) {
    CpuTimes times;
    for (int i = 0; i < 8; ++i) {
        const auto ticks = number<uint64_t>(take_word(line));
        times.total += ticks;
        if (i != 3 && i != 4) times.busy += ticks;  // waiting for a disk is not work
    }
    return times;
}

// What has no room of its own, is always full, or hangs when it is touched.
constexpr auto kNoDisks = std::to_array<std::string_view>(
    {"autofs",     "binfmt_misc", "bpf",      "cgroup",    "cgroup2",    "configfs",
     "debugfs",    "devpts",      "devtmpfs", "efivarfs",  "erofs",      "fuse.gvfsd-fuse",
     "fuse.lxcfs", "fuse.portal", "fusectl",  "hugetlbfs", "iso9660",    "mqueue",
     "nsfs",       "proc",        "pstore",   "ramfs",     "rpc_pipefs", "securityfs",
     "selinuxfs",  "squashfs",    "sysfs",    "tmpfs",     "tracefs",    "udf"});
static_assert(std::ranges::is_sorted(kNoDisks));

// "\040" is a blank.
std::string unescape_octal(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size()) {
            out += char(number<unsigned>(text.substr(i + 1, 3), 8));
            i += 3;
        } else {
            out += text[i];
        }
    }
    return out;
}

// Words of four bytes in the machine's order, in hex.
std::string address_text(std::string_view hex, bool v6) {
    std::array<unsigned char, 16> bytes{};
    for (size_t word = 0; word < (v6 ? 4u : 1u); ++word) {
        const auto value = number<uint32_t>(hex.substr(word * 8, 8), 16);
        std::copy_n(reinterpret_cast<const unsigned char*>(&value), 4, bytes.data() + word * 4);
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), text.data(), text.size());
    return text.data();
}

}  // namespace

Result<CpuReading> parse_cpu(std::string_view stat, std::string_view loadavg) {
    CpuReading reading;
    while (!stat.empty()) {
        std::string_view line = take_line(stat);
        const std::string_view word = take_word(line);
        if (!word.starts_with("cpu")) break;
        if (word == "cpu") {
            reading.all = cpu_times(line);
        } else {
            reading.cores.emplace_back(number<int>(word.substr(3)), cpu_times(line));
        }
    }
    if (reading.all.total == 0) return fail(Code::failed, "/proc/stat tells no CPU times");
    reading.load_1min = decimal(take_word(loadavg));
    reading.load_5min = decimal(take_word(loadavg));
    reading.load_15min = decimal(take_word(loadavg));
    return reading;
}

Result<MemoryReading> parse_memory(std::string_view meminfo) {
    MemoryReading reading;
    uint64_t free = 0;
    bool knows_available = false;
    while (!meminfo.empty()) {
        std::string_view line = take_line(meminfo);
        const std::string_view key = take_word(line);
        const uint64_t bytes = number<uint64_t>(take_word(line)) * 1024;
        if (key == "MemTotal:") reading.total = bytes;
        if (key == "MemAvailable:") {
            reading.available = bytes;
            knows_available = true;
        }
        if (key == "MemFree:" || key == "Buffers:" || key == "Cached:") free += bytes;
        if (key == "SwapTotal:") reading.swap_total = bytes;
        if (key == "SwapFree:") reading.swap_free = bytes;
    }
    if (reading.total == 0) return fail(Code::failed, "/proc/meminfo tells no MemTotal");
    if (!knows_available) reading.available = free;
    reading.available = std::min(reading.available, reading.total);
    return reading;
}

std::optional<double> parse_pressure(std::string_view text) {
    std::string_view line = take_line(text);
    const size_t at = line.find("avg10=");
    if (!line.starts_with("some") || at == std::string_view::npos) return {};
    return decimal(line.substr(at + 6));
}

std::vector<Mount> parse_mounts(std::string_view mountinfo) {
    std::vector<Mount> mounts;
    std::set<std::string_view> devices;
    while (!mountinfo.empty()) {
        std::string_view line = take_line(mountinfo);
        const size_t dash = line.find(" - ");
        if (dash == std::string_view::npos) continue;
        std::string_view rest = line.substr(dash + 3);
        take_word(line);
        take_word(line);
        const std::string_view device = take_word(line);
        take_word(line);
        const std::string_view point = take_word(line);
        const std::string_view type = take_word(rest);
        if (std::ranges::binary_search(kNoDisks, type)) continue;
        // Those of containers show the disk that they lie on.
        if (type == "overlay" && point != "/") continue;
        if (!devices.insert(device).second) continue;
        mounts.push_back(
            {unescape_octal(point), std::string(type), unescape_octal(take_word(rest))});
    }
    return mounts;
}

std::optional<ProcessReading> parse_process(std::string_view stat, uint64_t page_size) {
    // "pid (name) state parent ...": the name may hold blanks and brackets.
    const size_t open = stat.find('(');
    const size_t close = stat.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        return {};
    ProcessReading process;
    process.pid = number<int>(stat);
    process.name = stat.substr(open + 1, close - open - 1);
    std::string_view rest = stat.substr(close + 1);
    const std::string_view state = take_word(rest);
    if (state == "Z" || state == "X" || state == "x") return {};
    process.parent = number<int>(take_word(rest));
    for (int field = 5; field <= 24; ++field) {
        const std::string_view word = take_word(rest);
        if (field == 14 || field == 15) process.cpu += number<uint64_t>(word);
        if (field == 22) process.started = number<uint64_t>(word);
        if (field == 24) process.rss = number<uint64_t>(word) * page_size;
    }
    return process;
}

void put_command(std::string_view cmdline, ProcessReading& process) {
    while (cmdline.ends_with('\0')) cmdline.remove_suffix(1);
    process.program = std::min(cmdline.find('\0'), cmdline.size());
    process.command = cmdline;
    std::ranges::replace(process.command, '\0', ' ');
}

void parse_listeners(std::string_view table, bool udp, bool v6, std::vector<Listener>& out) {
    take_line(table);  // titles
    const std::string_view waiting = udp ? "07" : "0A";
    while (!table.empty()) {
        std::string_view line = take_line(table);
        take_word(line);
        const std::string_view local = take_word(line);
        take_word(line);
        const size_t colon = local.find(':');
        if (take_word(line) != waiting || colon != (v6 ? 32 : 8)) continue;
        out.push_back({.udp = udp,
                       .v6 = v6,
                       .port = number<uint16_t>(local.substr(colon + 1), 16),
                       .address = address_text(local.substr(0, colon), v6)});
    }
}

std::optional<uint32_t> parse_user_id(std::string_view passwd, std::string_view name) {
    while (!passwd.empty()) {
        const std::string_view line = take_line(passwd);
        if (!line.starts_with(name) || line.substr(name.size(), 1) != ":") continue;
        const std::string_view rest = line.substr(name.size() + 1);
        const size_t colon = rest.find(':');
        if (colon == std::string_view::npos) continue;
        return number<uint32_t>(rest.substr(colon + 1));
    }
    return {};
}

}  // namespace sloth
