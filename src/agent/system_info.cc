#include "agent/system_info.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cmath>

#include "base/json.h"

namespace sloth {

std::string system_info() {
    utsname names{};
    ::uname(&names);
    std::string os = names.sysname;
    for (char& c : os) c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    const double bytes = double(::sysconf(_SC_PHYS_PAGES)) * double(::sysconf(_SC_PAGESIZE));
    const double gib = bytes / (1 << 30);
    return dump_json(Json{{"os", os},
                          {"arch", names.machine},
                          {"cpu_cores", ::sysconf(_SC_NPROCESSORS_ONLN)},
                          {"memory_gb", std::round(gib * 10) / 10},
                          {"hostname", names.nodename}});
}

}  // namespace sloth
