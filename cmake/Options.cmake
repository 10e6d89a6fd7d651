# Compiler settings shared by every room, and the one way a room is declared.
add_library(posthorn_options INTERFACE)
target_include_directories(posthorn_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(posthorn_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wno-sign-conversion -Wno-missing-field-initializers -ffp-contract=off)
# GCC's flow-based warnings see ghosts once std::string and std::variant are inlined (PR105329,
# PR105651, PR105562), more of them under the sanitizers; clang and the sanitizers look for the same
# mistakes and do not.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(posthorn_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized
    -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
  # In kB. Its own choice, 128 MB at most, is passed by every source that knows a world, and then a
  # fifth of the time goes into looking for memory to reuse; it takes 80 MB more.
  target_compile_options(posthorn_options INTERFACE "SHELL:--param ggc-min-heapsize=1000000")
endif()
if(POSTHORN_WERROR)
  target_compile_options(posthorn_options INTERFACE -Werror)
endif()
if(POSTHORN_SANITIZE)
  target_compile_options(posthorn_options INTERFACE -fsanitize=${POSTHORN_SANITIZE}
    -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(POSTHORN_SANITIZE MATCHES "address")
    # What these would find ends in a fault that the address sanitizer reports all the same, or is
    # harmless on what we build for (alignment), and they make up half of the time to compile.
    target_compile_options(posthorn_options INTERFACE
      -fno-sanitize=null,vptr,alignment,object-size)
  endif()
  target_link_options(posthorn_options INTERFACE -fsanitize=${POSTHORN_SANITIZE})
endif()
if(POSTHORN_FUZZ)  # what libFuzzer is guided by: every room's branches
  target_compile_options(posthorn_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Every source includes what it uses; these only spare the compiler to read them seven hundred
# times. Off by default, so that a header that a source forgot is missed.
set(POSTHORN_STANDARD_HEADERS <algorithm> <array> <charconv> <chrono> <compare> <cstdint>
  <functional> <map> <memory> <optional> <set> <span> <sstream> <string> <string_view> <tuple>
  <utility> <variant> <vector>)
if(POSTHORN_PCH)
  file(WRITE ${PROJECT_BINARY_DIR}/precompiled.cpp "")
  add_library(posthorn_precompiled STATIC ${PROJECT_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(posthorn_precompiled PRIVATE posthorn_options)
  target_precompile_headers(posthorn_precompiled PRIVATE ${POSTHORN_STANDARD_HEADERS})
endif()

# posthorn_room(<target> [WITHOUT file...] [DEPENDS target...]): a static library of every .cpp
# below this folder.
function(posthorn_room name)
  cmake_parse_arguments(ARG "" "" "WITHOUT;DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(file ${ARG_WITHOUT})
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  if(NOT sources)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/empty.cpp "")
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/empty.cpp)
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC posthorn_options ${ARG_DEPENDS})
  if(POSTHORN_PCH)
    target_precompile_headers(${name} REUSE_FROM posthorn_precompiled)
  endif()
endfunction()
