// SPDX-License-Identifier: MIT
#include <eigenmix/selection/selection.hpp>

#include <support/awkward.hpp>

TEST_CASE("a choice among more components than the samples bear", "[awkward]") {
  namespace selection = eigenmix::selection;
  using eigenmix::covariance::VVE;
  for (const Eigen::MatrixXd& x :
       {eigenmix_tests::awkward::cloud(4, 30, 1), eigenmix_tests::awkward::lattice(4, 30, 4, 2)}) {
    const auto chosen =
        selection::select(x, selection::families<VVE>(), selection::components(1, 9));
    chosen.visit([](const auto& mixture) { CHECK(eigenmix_tests::is_sound(mixture)); });
    CHECK(std::isfinite(chosen.best().fit.log_likelihood));
  }
}
