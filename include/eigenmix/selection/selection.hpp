// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_SELECTION_HPP
#define EIGENMIX_SELECTION_SELECTION_HPP

// All of model choice.

// IWYU pragma: begin_exports
#include <eigenmix/selection/bootstrap.hpp>
#include <eigenmix/selection/criteria.hpp>
#include <eigenmix/selection/criterion_input.hpp>
#include <eigenmix/selection/cross_validation.hpp>
#include <eigenmix/selection/families.hpp>
#include <eigenmix/selection/grid.hpp>
#include <eigenmix/selection/of_mixture.hpp>
#include <eigenmix/selection/print.hpp>
#include <eigenmix/selection/progress.hpp>
#include <eigenmix/selection/result.hpp>
#include <eigenmix/selection/select.hpp>
// IWYU pragma: end_exports

#endif  // EIGENMIX_SELECTION_SELECTION_HPP
