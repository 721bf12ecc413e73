// SPDX-License-Identifier: MIT
// expect: eigenmix needs IEEE arithmetic
// flags: -ffast-math
#include <eigenmix/eigenmix.hpp>
