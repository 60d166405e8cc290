# Compiler, linker and flags. ccache and mold are used where they are installed; nothing depends on them.
find_program(SLOTH_CCACHE ccache)
if(SLOTH_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${SLOTH_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SLOTH_CCACHE})
endif()
find_program(SLOTH_MOLD mold)
if(SLOTH_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
# Without optimisation: half the time to compile, and what these builds do is short.
set(CMAKE_CXX_FLAGS_SANITIZED "-O0 -g1 -fno-omit-frame-pointer")
set(CMAKE_CXX_FLAGS_FUZZED "-O1 -g1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link")

add_compile_options(-Wall -Wextra -Wno-missing-field-initializers -Wno-restrict -Wno-maybe-uninitialized -fno-plt)
# False alarms of g++ 12: on awaitables, on string concatenation, on std::expected.
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-mismatched-new-delete>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Wno-unknown-warning-option)
endif()
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

if(SLOTH_SANITIZE)
  add_compile_options(-fsanitize=${SLOTH_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SLOTH_SANITIZE})
else()
  add_compile_options(-fstack-protector-strong -D_FORTIFY_SOURCE=2)
  # One binary that starts in milliseconds: the C++ run-time travels inside it.
  add_link_options(-static-libstdc++ -static-libgcc -Wl,-z,relro,-z,now)
endif()
