// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EIGENMIX_HPP
#define EIGENMIX_EIGENMIX_HPP

// The whole library but model choice, selection/selection.hpp, which takes 0.15 s to read;
// observers/progress.hpp, which needs <iostream>; and execution/openmp.hpp, which needs OpenMP.

// IWYU pragma: begin_exports
#include <eigenmix/base/config.hpp>
#include <eigenmix/covariance/bases.hpp>
#include <eigenmix/covariance/diagonal.hpp>
#include <eigenmix/covariance/eei.hpp>
#include <eigenmix/covariance/eev.hpp>
#include <eigenmix/covariance/eii.hpp>
#include <eigenmix/covariance/eve.hpp>
#include <eigenmix/covariance/evi.hpp>
#include <eigenmix/covariance/evv.hpp>
#include <eigenmix/covariance/full.hpp>
#include <eigenmix/covariance/spherical.hpp>
#include <eigenmix/covariance/tied.hpp>
#include <eigenmix/covariance/vee.hpp>
#include <eigenmix/covariance/vei.hpp>
#include <eigenmix/covariance/vev.hpp>
#include <eigenmix/covariance/vve.hpp>
#include <eigenmix/degeneracy/absolute_floor.hpp>
#include <eigenmix/degeneracy/drop.hpp>
#include <eigenmix/degeneracy/relative_floor.hpp>
#include <eigenmix/degeneracy/reseed.hpp>
#include <eigenmix/degeneracy/resolution_floor.hpp>
#include <eigenmix/degeneracy/spurious.hpp>
#include <eigenmix/degeneracy/throw.hpp>
#include <eigenmix/em/fixed.hpp>
#include <eigenmix/em/options.hpp>
#include <eigenmix/execution/serial.hpp>
#include <eigenmix/execution/threads.hpp>
#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/gaussian_mixture/print.hpp>
#include <eigenmix/initialization/agglomeration/merge_tree.hpp>
#include <eigenmix/initialization/from_labels.hpp>
#include <eigenmix/initialization/from_responsibilities.hpp>
#include <eigenmix/initialization/hierarchical.hpp>
#include <eigenmix/initialization/k_means_plus_plus.hpp>
#include <eigenmix/initialization/random_partition.hpp>
#include <eigenmix/initialization/random_samples.hpp>
#include <eigenmix/moments.hpp>
#include <eigenmix/noise.hpp>
#include <eigenmix/observers/trace.hpp>
#include <eigenmix/prior/mclust_default.hpp>
#include <eigenmix/prior/normal_inverse_wishart.hpp>
#include <eigenmix/random.hpp>
#include <eigenmix/report/iteration.hpp>
#include <eigenmix/report/print.hpp>
#include <eigenmix/report/result.hpp>
#include <eigenmix/search/fit_best.hpp>
#include <eigenmix/search/grow.hpp>
#include <eigenmix/search/initialize.hpp>
#include <eigenmix/search/presets.hpp>
#include <eigenmix/search/small_em.hpp>
#include <eigenmix/search/split_and_merge.hpp>
#include <eigenmix/stopping/aitken_acceleration.hpp>
#include <eigenmix/stopping/combined.hpp>
#include <eigenmix/stopping/log_likelihood_change.hpp>
#include <eigenmix/stopping/max_iterations.hpp>
#include <eigenmix/stopping/mean_log_likelihood_change.hpp>
#include <eigenmix/stopping/parameter_change.hpp>
#include <eigenmix/stopping/relative_log_likelihood_change.hpp>
#include <eigenmix/stopping/standard.hpp>
#include <eigenmix/stopping/time_limit.hpp>
#include <eigenmix/version.hpp>
#include <eigenmix/weighted.hpp>
// IWYU pragma: end_exports

#endif  // EIGENMIX_EIGENMIX_HPP
