#include "runner/http/name_cache.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "runner/http/address_policy.h"

namespace sloth {
namespace {

constexpr size_t kThreads = 8;  // a slow name server must not hold up all others
constexpr Micros kKept = 5s;    // bursts ask once; a changed record is seen soon
constexpr size_t kMaxEntries = 4096;

Result<NameCache::Addresses> resolve(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (code != 0)
        return fail(Code::failed, "cannot look up the host '{}': {}", host, ::gai_strerror(code));
    NameCache::Addresses out;
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
        std::string text = to_text(entry->ai_addr);
        if (!text.empty() && std::ranges::find(out, text) == out.end())
            out.push_back(std::move(text));
    }
    ::freeaddrinfo(list);
    if (out.empty()) return fail(Code::failed, "the host '{}' has no address", host);
    return out;
}

}  // namespace

NameCache::NameCache(std::shared_ptr<Loop> loop) : loop_(std::move(loop)), pool_(loop_, kThreads) {}

bool NameCache::is_number(const std::string& host) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    addrinfo* list = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0) return false;
    ::freeaddrinfo(list);
    return true;
}

void NameCache::look_up(const std::string& host, Found found) {
    if (entries_.size() > kMaxEntries)
        std::erase_if(entries_, [&](const auto& e) { return !e.second.asking; });
    Entry& entry = entries_[host];
    if (!entry.asking && loop_->now() < entry.until) return found(entry.addresses);
    entry.waiting.push_back(std::move(found));
    if (std::exchange(entry.asking, true)) return;
    auto result = std::make_shared<Result<Addresses>>(Addresses{});
    pool_.run([host, result] { *result = resolve(host); },
              [this, host, result, alive = std::weak_ptr(alive_)] {
                  if (alive.lock()) answer(host, std::move(*result));
              });
}

void NameCache::answer(const std::string& host, Result<Addresses> result) {
    Entry& entry = entries_[host];
    entry.asking = false;
    if (result) {
        entry.addresses = *result;
        entry.until = loop_->now() + kKept;
    }
    auto waiting = std::exchange(entry.waiting, {});
    if (!result) entries_.erase(host);
    for (Found& found : waiting) found(result);
}

}  // namespace sloth
