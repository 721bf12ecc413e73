// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INSTANTIATE_HPP
#define EIGENMIX_INSTANTIATE_HPP

// For projects that use mixtures in many source files: the engine of a mixture compiled once, in
// one of them, and not in each. In a header that they all include,
//
//     #include <eigenmix/instantiate.hpp>
//     EIGENMIX_DECLARE(double, Eigen::Dynamic, eigenmix::covariance::Full)
//
// and in one source file that includes it
//
//     EIGENMIX_INSTANTIATE(double, Eigen::Dynamic, eigenmix::covariance::Full)
//
// both outside of namespaces. A second family for the same scalar and dimension in that source file
// is an EIGENMIX_INSTANTIATE_ALSO: what both share may be instantiated once in a file. Families of
// one layout share an engine, so name one family of each:
// Full, VEE, EVE, VVE, EEV, VEV, EVV and what derives from covariance::DenseBase are one; Diagonal,
// VEI, EVI and what derives from DiagonalBase another; Tied, EEI, Spherical and EII have one each.

#include <eigenmix/eigenmix.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The types that an engine is compiled for.
template <class Scalar, int Dim, class Family>
struct EngineOf {
  using Layout = typename Family::Layout;
  using Parameters = detail::Parameters<Scalar, Dim, Layout>;
  using Form = typename Parameters::Form;
  using Moments = typename Parameters::Moments;
  using Real = typename Parameters::Real;
  using Numbers = Vector<Scalar>;
  using Means = Matrix<Scalar, Dim>;
  using Covariance = Matrix<Scalar, Dim, Dim>;
  using Labels = Eigen::Matrix<Index, 1, Eigen::Dynamic>;
  using Tile = detail::Tile<Scalar, Dim>;
  using Values = TileValues<Scalar>;
  using Scratch = typename Layout::template Scratch<Scalar, Dim>;
  using Workspace = detail::Workspace<Parameters>;
  using Samples = AnySamples<Scalar, Dim>;
  using Origins = detail::Origins<Scalar, Dim>;
  using Source = ResponsibilitySource<Parameters>;
  using Sums = MomentSource<Parameters>;
  using Visit = typename DensityPass<Parameters>::Visit;
  using Report = SearchReport<Parameters>;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#define EIGENMIX_DECLARE(Scalar, Dim, Family)                   \
  EIGENMIX_SAMPLES_ENGINE(extern template, Scalar, Dim, Family) \
  EIGENMIX_ENGINE(extern template, Scalar, Dim, Family)
#define EIGENMIX_INSTANTIATE(Scalar, Dim, Family)        \
  EIGENMIX_SAMPLES_ENGINE(template, Scalar, Dim, Family) \
  EIGENMIX_INSTANTIATE_ALSO(Scalar, Dim, Family)
#define EIGENMIX_INSTANTIATE_ALSO(Scalar, Dim, Family) \
  EIGENMIX_ENGINE(template, Scalar, Dim, Family)

// clang-format off
#define EIGENMIX_OF(Scalar, Dim, Family, Type) \
  eigenmix::detail::EngineOf<Scalar, Dim, Family>::Type

/// Every function that is compiled once for a scalar and a dimension,
#define EIGENMIX_SAMPLES_ENGINE(prefix, Scalar, Dim, Family)                                      \
  prefix eigenmix::detail::Columns eigenmix::detail::survey(                                      \
      const EIGENMIX_OF(Scalar, Dim, Family, Samples)&);                                          \
  prefix std::vector<int> eigenmix::detail::k_means_labels(                                       \
      const EIGENMIX_OF(Scalar, Dim, Family, Samples)&, const eigenmix::detail::KMeansTask&,      \
      const eigenmix::detail::AnyExecution&);                                                     \
  prefix std::vector<int> eigenmix::detail::k_means_labels<eigenmix::detail::NearestTiles>(       \
      const EIGENMIX_OF(Scalar, Dim, Family, Samples)&, const eigenmix::detail::KMeansTask&,      \
      const eigenmix::detail::AnyExecution&);

/// and for these and a layout.
#define EIGENMIX_ENGINE(prefix, Scalar, Dim, Family)                                              \
  prefix void eigenmix::detail::set_weights(                                                      \
      const char*, const EIGENMIX_OF(Scalar, Dim, Family, Numbers)&,                              \
      EIGENMIX_OF(Scalar, Dim, Family, Parameters)&);                                             \
  prefix void eigenmix::detail::set_means(                                                        \
      const char*, const EIGENMIX_OF(Scalar, Dim, Family, Means)&, eigenmix::Index,               \
      EIGENMIX_OF(Scalar, Dim, Family, Parameters)&);                                             \
  prefix void eigenmix::detail::set_dense(                                                        \
      const char*, eigenmix::Index, const EIGENMIX_OF(Scalar, Dim, Family, Covariance)&,          \
      EIGENMIX_OF(Scalar, Dim, Family, Parameters)&);                                             \
  prefix void eigenmix::detail::set_diagonal(                                                     \
      const char*, eigenmix::Index, const EIGENMIX_OF(Scalar, Dim, Family, Numbers)&,             \
      EIGENMIX_OF(Scalar, Dim, Family, Parameters)&);                                             \
  prefix void eigenmix::detail::check_fixed(                                                      \
      const eigenmix::Fixed&, const EIGENMIX_OF(Scalar, Dim, Family, Form)&, eigenmix::Index);    \
  prefix void eigenmix::detail::draw_samples(                                                     \
      const EIGENMIX_OF(Scalar, Dim, Family, Parameters)&, eigenmix::random::Engine&,             \
      EIGENMIX_OF(Scalar, Dim, Family, Means)&, EIGENMIX_OF(Scalar, Dim, Family, Labels)&);       \
  prefix void eigenmix::detail::fill_log_densities(                                               \
      const EIGENMIX_OF(Scalar, Dim, Family, Parameters)&,                                        \
      const EIGENMIX_OF(Scalar, Dim, Family, Numbers)&,                                           \
      EIGENMIX_OF(Scalar, Dim, Family, Workspace)&);                                              \
  prefix void EIGENMIX_OF(Scalar, Dim, Family, Layout)::add_moments(                              \
      const EIGENMIX_OF(Scalar, Dim, Family, Tile)&,                                              \
      const EIGENMIX_OF(Scalar, Dim, Family, Values)&,                                            \
      const EIGENMIX_OF(Scalar, Dim, Family, Origins)&,                                           \
      EIGENMIX_OF(Scalar, Dim, Family, Moments)&, EIGENMIX_OF(Scalar, Dim, Family, Scratch)&);    \
  prefix eigenmix::FitResult eigenmix::detail::run_em(                                            \
      EIGENMIX_OF(Scalar, Dim, Family, Parameters)&,                                              \
      const EIGENMIX_OF(Scalar, Dim, Family, Samples)&, const eigenmix::detail::FitPolicies&);    \
  prefix eigenmix::FitResult eigenmix::detail::run_em(                                            \
      EIGENMIX_OF(Scalar, Dim, Family, Parameters)&,                                              \
      const EIGENMIX_OF(Scalar, Dim, Family, Sums)&, const eigenmix::detail::FitPolicies&);       \
  prefix EIGENMIX_OF(Scalar, Dim, Family, Moments) eigenmix::detail::moments_under(               \
      const EIGENMIX_OF(Scalar, Dim, Family, Parameters)&,                                        \
      const EIGENMIX_OF(Scalar, Dim, Family, Samples)&, const eigenmix::detail::AnyExecution&);   \
  prefix EIGENMIX_OF(Scalar, Dim, Family, Moments) eigenmix::detail::moments_about(               \
      const EIGENMIX_OF(Scalar, Dim, Family, Parameters)&,                                        \
      const EIGENMIX_OF(Scalar, Dim, Family, Samples)&,                                           \
      const EIGENMIX_OF(Scalar, Dim, Family, Origins)&, const eigenmix::detail::AnyExecution&);   \
  prefix EIGENMIX_OF(Scalar, Dim, Family, Moments) eigenmix::detail::moments_from(                \
      const EIGENMIX_OF(Scalar, Dim, Family, Source)&,                                            \
      const EIGENMIX_OF(Scalar, Dim, Family, Samples)&,                                           \
      const EIGENMIX_OF(Scalar, Dim, Family, Origins)&, const eigenmix::detail::AnyExecution&);   \
  prefix eigenmix::Repairs eigenmix::detail::apply_m_step(                                        \
      const char*, EIGENMIX_OF(Scalar, Dim, Family, Moments)&, const eigenmix::detail::Columns&,  \
      const eigenmix::detail::MStepPolicies&, EIGENMIX_OF(Scalar, Dim, Family, Parameters)&);     \
  prefix void eigenmix::detail::for_each_density_tile(                                            \
      const EIGENMIX_OF(Scalar, Dim, Family, Parameters)&,                                        \
      const EIGENMIX_OF(Scalar, Dim, Family, Samples)&, const eigenmix::detail::AnyExecution&,    \
      const EIGENMIX_OF(Scalar, Dim, Family, Numbers)&,                                           \
      EIGENMIX_OF(Scalar, Dim, Family, Visit));                                                   \
  prefix EIGENMIX_OF(Scalar, Dim, Family, Real) eigenmix::detail::share_out(                      \
      const EIGENMIX_OF(Scalar, Dim, Family, Parameters)&,                                        \
      const EIGENMIX_OF(Scalar, Dim, Family, Samples)&, const eigenmix::detail::AnyExecution&,    \
      EIGENMIX_OF(Scalar, Dim, Family, Visit));                                                   \
  prefix void eigenmix::detail::finish(                                                           \
      const char*, EIGENMIX_OF(Scalar, Dim, Family, Parameters)&);                                \
  prefix class eigenmix::detail::StartMaker<EIGENMIX_OF(Scalar, Dim, Family, Parameters)>;        \
  prefix EIGENMIX_OF(Scalar, Dim, Family, Parameters) eigenmix::detail::search_start(             \
      const EIGENMIX_OF(Scalar, Dim, Family, Samples)&,                                           \
      const EIGENMIX_OF(Scalar, Dim, Family, Form)&, const eigenmix::detail::SearchTask&,         \
      const eigenmix::detail::RunPolicies&, EIGENMIX_OF(Scalar, Dim, Family, Report));            \
  prefix Eigen::Index eigenmix::detail::improve(                                                  \
      const EIGENMIX_OF(Scalar, Dim, Family, Samples)&, const eigenmix::detail::SearchPlan&,      \
      const eigenmix::detail::RunPolicies&, EIGENMIX_OF(Scalar, Dim, Family, Parameters)&);
// clang-format on

#endif  // EIGENMIX_INSTANTIATE_HPP
