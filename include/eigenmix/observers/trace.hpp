// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OBSERVERS_TRACE_HPP
#define EIGENMIX_OBSERVERS_TRACE_HPP

#include <vector>

#include <eigenmix/report/iteration.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace observers {

/// What Trace keeps of one iteration.
struct TraceEntry {
  Index iteration;
  double log_likelihood;    ///< nats
  double parameter_change;  ///< as Iteration::parameter_change; infinity at iteration 0
  Iteration::Seconds elapsed;
};

/// Appends an entry per iteration to `entries` of the caller's, which must outlive the fit. The
/// log-likelihoods alone are in FitResult::log_likelihoods without it. An entry costs up to
/// O(K Dim²) for its parameter change.
class Trace {
 public:
  explicit Trace(std::vector<TraceEntry>& entries) : entries_(&entries) {}

  void operator()(const Iteration& iteration) {
    entries_->push_back({iteration.number(), iteration.log_likelihood(),
                         iteration.parameter_change(), iteration.elapsed()});
  }

 private:
  std::vector<TraceEntry>* entries_;
};

}  // namespace observers
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OBSERVERS_TRACE_HPP
