// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_SOURCE_HPP
#define EIGENMIX_OUT_OF_CORE_SOURCE_HPP

#include <memory>
#include <type_traits>
#include <utility>

#include <eigenmix/em/expectation.hpp>
#include <eigenmix/em/moment_pass.hpp>
#include <eigenmix/em/moment_source.hpp>
#include <eigenmix/em/visit_densities.hpp>
#include <eigenmix/out_of_core/chunked_samples.hpp>
#include <eigenmix/out_of_core/draw.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What a fit reads a source with, see moment_source.hpp: the E-step is that of samples in memory,
/// strip by strip and tile by tile, and so are the bits.
template <class Parameters>
class ChunkedPass {
 public:
  using Scalar = typename Parameters::Scalar;
  using Moments = typename Parameters::Moments;
  using Samples = ChunkedSamples<Scalar, Parameters::Dim>;
  using AnySamples = detail::AnySamples<Scalar, Parameters::Dim>;

  static constexpr bool is_complete = true;

  ChunkedPass(const char* where, std::shared_ptr<const Chunks<Scalar>> chunks, Index dimension,
              const AnyExecution& execution, const out_of_core::ReadOptions& options,
              WhatWasSeen& seen)
      : chunks_(std::move(chunks)),
        execution_(chunks_->reading() == Reading::in_order ? AnyExecution::one_thread()
                                                           : execution),
        chunked_(where, *chunks_, dimension, execution_, options),
        samples_(checked(where, seen)),
        pass_(samples_, execution_) {}
  ~ChunkedPass() = default;
  ChunkedPass(const ChunkedPass&) = delete;
  ChunkedPass& operator=(const ChunkedPass&) = delete;

  void survey(bool may_set_apart) { samples_.survey(may_set_apart); }
  void accumulate(const Parameters& parameters, Moments& moments) {
    pass_.accumulate(parameters, moments);
  }
  void accumulate_about_means(const Parameters& parameters, Moments& moments) {
    pass_.accumulate_about_means(parameters, moments);
  }

  const Columns& columns() const { return samples_.columns(); }
  const AnySamples* samples() const { return &samples_; }
  Index dimension() const { return samples_.dimension(); }
  Index count() const { return samples_.count(); }
  Index positive_count() const { return samples_.positive_count(); }
  Scalar weight(Index) const { return Scalar(1); }

  void evaluate(const Parameters& parameters, const Vector<Scalar>& constants,
                SampleVisit<Scalar> visit) {
    visit_densities(parameters, samples_, execution_, constants, visit);
  }

  void report(const Parameters&, FitResult&) const {}

 private:
  const Samples& checked(const char* where, WhatWasSeen& seen) {
    chunked_.check(where, execution_, seen);
    return chunked_;
  }

  std::shared_ptr<const Chunks<Scalar>> chunks_;
  AnyExecution execution_;
  Samples chunked_;
  AnySamples samples_;
  MomentPass<Parameters> pass_;
};

}  // namespace detail

namespace out_of_core {

/// Samples that are read as often as they are wanted and are never in memory all at once. Made by
/// npy_file, raw_file, npy_directory, raw_directory, callback and generator. It goes where samples
/// go, to fit, moments, the densities, initialize, fit_best, grow and select:
///
///     const auto source = out_of_core::npy_file<double>("samples.npy");
///     auto best = fit_best<GaussianMixture<double>>(source, 8);
///
/// A fit is that of the same numbers in memory, to the bit, whatever the threads; of Pairs::all, of
/// large fits, to rounding otherwise. It reads the source once to see that every number is finite,
/// unless that was done and files have not been written to since, nor in the three seconds before,
/// and once for each pass; twice more where numbers are in steps, such as whole ones. A start is
/// found from a draw of 2^15 samples at most, one of each part of the source, and is that of all
/// samples where there are no more.
///
/// Every sample counts once. Repeat what was seen several times, or take samples of unequal
/// importance into memory.
///
/// Memory: a block or two of ReadOptions for every thread, and what a fit needs beside its samples;
/// independent of N. What densities and responsibilities return is of course as long as N.
/// Copies share the file and may be used at once.
///
/// \throws std::invalid_argument  where it is used: if it has another dimension than the mixture,
///         no samples, or a number that is not finite, with its place
/// \throws std::runtime_error     if it can no longer be read: the file, the byte and what was
///         expected there. A mixture that was to be fitted is as before.
template <class Scalar_>
class Source {
 public:
  using Scalar = Scalar_;
  using MakesMoments = void;
  static constexpr int RowsAtCompileTime = Eigen::Dynamic;

  /// See the functions that make sources.
  explicit Source(std::shared_ptr<const detail::Chunks<Scalar>> chunks)
      : chunks_(std::move(chunks)), seen_(std::make_shared<detail::WhatWasSeen>()) {}

  Index dimension() const { return chunks_->dimension(); }
  Index count() const { return chunks_->count(); }  ///< of samples

  /// The same samples, read otherwise. O(1)
  /// \throws std::invalid_argument  if a block is of no size
  Source read_by(const ReadOptions& options) const {
    detail::at_least_one("out_of_core::Source::read_by", "block_bytes", options.block_bytes);
    Source result = *this;
    result.options_ = options;
    return result;
  }

  template <class Parameters>
  detail::ChunkedPass<Parameters> open(const char* where, Index dimension,
                                       const detail::AnyExecution& execution) const {
    constexpr bool same_scalar = std::is_same_v<typename Parameters::Scalar, Scalar>;
    static_assert(same_scalar,
                  "eigenmix: the source gives samples of another scalar type than the mixture's; "
                  "make it with the mixture's: npy_file<float>(path) for a mixture of float");
    if constexpr (same_scalar) {
      return {where, chunks_, dimension, execution, options_, *seen_};
    } else {
      throw std::logic_error("eigenmix: unreachable");
    }
  }

  template <class Other, int Dim>
  detail::StandIn<Other, Dim> stand_in(const char* where) const {
    constexpr bool same_scalar = std::is_same_v<Other, Scalar>;
    static_assert(same_scalar,
                  "eigenmix: the source gives samples of another scalar type than the mixture's; "
                  "make it with the mixture's: npy_file<float>(path) for a mixture of float");
    if (Dim != Eigen::Dynamic && Index(Dim) != dimension()) {
      detail::reject(where, "dimensions of the source", detail::text(dimension()),
                     detail::text(Index(Dim)));
    }
    if (count() < 1) detail::reject(where, "samples", "none in the source", "at least one");
    if constexpr (same_scalar) {
      auto drawn = detail::SourceDraw<Scalar, Dim>(*chunks_, options_).read(where);
      auto ones = detail::Vector<Scalar>::Ones(drawn.cols()).eval();
      return {std::move(drawn), std::move(ones), WeightMeaning::count};
    } else {
      throw std::logic_error("eigenmix: unreachable");
    }
  }

 private:
  std::shared_ptr<const detail::Chunks<Scalar>> chunks_;
  std::shared_ptr<detail::WhatWasSeen> seen_;
  ReadOptions options_;
};

}  // namespace out_of_core
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_SOURCE_HPP
