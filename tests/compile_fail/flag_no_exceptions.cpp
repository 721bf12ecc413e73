// SPDX-License-Identifier: MIT
// expect: eigenmix reports errors as exceptions
// flags: -fno-exceptions
#include <eigenmix/eigenmix.hpp>
