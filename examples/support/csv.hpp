// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_CSV_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_CSV_HPP

// Numbers from and to CSV files.

#include "csv_reader.hpp"
#include "csv_writer.hpp"

#endif  // EIGENMIX_EXAMPLES_SUPPORT_CSV_HPP
