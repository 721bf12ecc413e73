// SPDX-License-Identifier: MIT
// expect: eigenmix needs C++17
// flags: -std=c++14
#include <eigenmix/eigenmix.hpp>
