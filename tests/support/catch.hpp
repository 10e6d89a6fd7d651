// The only file that knows which Catch2 is installed (2.13 in Debian 12, 3 later).
#pragma once
#if POSTHORN_CATCH >= 3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
