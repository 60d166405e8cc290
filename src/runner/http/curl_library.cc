#include "runner/http/curl_library.h"

#include "base/shared_library.h"

namespace sloth {

Result<CurlLibrary> CurlLibrary::load() {
    SLOTH_TRY(const SharedLibrary library, SharedLibrary::open("libcurl.so.4", "libcurl4"));
    CurlLibrary out;
    decltype(&::curl_global_init) global_init = nullptr;
    SLOTH_TRY_VOID(library.find("curl_easy_cleanup", out.easy_cleanup));
    SLOTH_TRY_VOID(library.find("curl_easy_getinfo", out.easy_getinfo));
    SLOTH_TRY_VOID(library.find("curl_easy_init", out.easy_init));
    SLOTH_TRY_VOID(library.find("curl_easy_setopt", out.easy_setopt));
    SLOTH_TRY_VOID(library.find("curl_easy_strerror", out.easy_strerror));
    SLOTH_TRY_VOID(library.find("curl_free", out.free));
    SLOTH_TRY_VOID(library.find("curl_global_init", global_init));
    SLOTH_TRY_VOID(library.find("curl_multi_add_handle", out.multi_add_handle));
    SLOTH_TRY_VOID(library.find("curl_multi_cleanup", out.multi_cleanup));
    SLOTH_TRY_VOID(library.find("curl_multi_info_read", out.multi_info_read));
    SLOTH_TRY_VOID(library.find("curl_multi_init", out.multi_init));
    SLOTH_TRY_VOID(library.find("curl_multi_remove_handle", out.multi_remove_handle));
    SLOTH_TRY_VOID(library.find("curl_multi_setopt", out.multi_setopt));
    SLOTH_TRY_VOID(library.find("curl_multi_socket_action", out.multi_socket_action));
    SLOTH_TRY_VOID(library.find("curl_slist_append", out.slist_append));
    SLOTH_TRY_VOID(library.find("curl_slist_free_all", out.slist_free_all));
    SLOTH_TRY_VOID(library.find("curl_url", out.url));
    SLOTH_TRY_VOID(library.find("curl_url_cleanup", out.url_cleanup));
    SLOTH_TRY_VOID(library.find("curl_url_get", out.url_get));
    SLOTH_TRY_VOID(library.find("curl_url_set", out.url_set));
    if (const CURLcode code = global_init(CURL_GLOBAL_ALL); code != CURLE_OK)
        return fail(Code::failed, "start libcurl: {}", out.easy_strerror(code));
    return out;
}

}  // namespace sloth
