// SPDX-License-Identifier: MIT

// Reproducible sums: the same bits for every number of processes and every way to cut the samples.

#include <sstream>

#include "support.hpp"

#include <eigenmix/io/text.hpp>
#include <eigenmix/mpi/pieces.hpp>

namespace {

using eigenmix::counted;
using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::initialize;
using eigenmix::weighted;
using eigenmix_tests::block;
using eigenmix_tests::Ends;
using eigenmix_tests::even_blocks;
using eigenmix_tests::Index;
using eigenmix_tests::layouts;
using eigenmix_tests::rank_of;
using eigenmix_tests::Running;
using eigenmix_tests::size_of;
using eigenmix_tests::three_groups;
namespace mpi = eigenmix::mpi;

const Running running;

template <class Mixture>
std::string text_of(const Mixture& mixture, const FitResult& result) {
  std::ostringstream out;
  save(out, mixture);
  out << std::hexfloat << result.log_likelihood << ' ' << result.iterations;
  return out.str();
}

/// Start and fit; every bit of them.
template <class Mixture, class X>
std::string fitted(MPI_Comm comm, const X& x, Index threads = 1) {
  const auto spread = mpi::spread(comm, x, mpi::Summation::reproducible);
  auto mixture = initialize<Mixture>(spread, 3);
  const auto options = eigenmix::fit_options(eigenmix::execution::Threads(threads));
  const FitResult result = mixture.fit(spread, options);
  return text_of(mixture, result);
}

/// Two processes with half of the samples each, beside the others, who have none.
std::string fitted_by_two(const Eigen::MatrixXd& x) {
  MPI_Comm pair = MPI_COMM_NULL;
  MPI_Comm_split(MPI_COMM_WORLD, rank_of() / 2, rank_of(), &pair);
  const Index begin = rank_of(pair) == 0 ? 0 : 333, end = size_of(pair) == 1 ? x.cols() : 333;
  const Eigen::MatrixXd mine = x.middleCols(begin, (rank_of(pair) == 0 ? end : x.cols()) - begin);
  std::string result = fitted<GaussianMixture<double>>(pair, mine);
  MPI_Comm_free(&pair);
  return result;
}

}  // namespace

TEST_CASE("reproducible fits have the same bits for any number of processes", "[mpi]") {
  // Twelve strips, the last not whole; with 256 samples a strip each block cuts some.
  const Eigen::MatrixXd x = three_groups<double>(2900);
  const std::string alone = fitted<GaussianMixture<double>>(MPI_COMM_SELF, x);
  for (const Ends& ends : layouts(x.cols())) {
    const Eigen::MatrixXd mine = block(x, ends);
    CHECK(fitted<GaussianMixture<double>>(MPI_COMM_WORLD, mine) == alone);
  }
  const Eigen::MatrixXd mine = block(x, even_blocks(x.cols()));
  CHECK(fitted<GaussianMixture<double>>(MPI_COMM_WORLD, mine, 2) == alone);
  CHECK(fitted_by_two(x) == alone);
  const Eigen::MatrixXf floats = x.cast<float>(), my_floats = mine.cast<float>();
  CHECK(fitted<GaussianMixture<float>>(MPI_COMM_WORLD, my_floats) ==
        fitted<GaussianMixture<float>>(MPI_COMM_SELF, floats));
}

TEST_CASE("reproducible fits of weighted samples have the same bits too", "[mpi]") {
  const Eigen::MatrixXd x = three_groups<double>(2900);
  eigenmix::random::Engine engine(8);
  Eigen::RowVectorXd w(x.cols());
  for (Index n = 0; n < w.size(); ++n) w(n) = eigenmix::random::uniform(engine);
  w.head(900).setZero();
  const auto importances = fitted<GaussianMixture<double>>(MPI_COMM_SELF, weighted(x, w));
  const auto counts = fitted<GaussianMixture<double>>(MPI_COMM_SELF, counted(x, w));
  CHECK(importances != counts);
  for (const Ends& ends : layouts(x.cols())) {
    const Eigen::MatrixXd mine = block(x, ends);
    const Eigen::RowVectorXd my_w = block(w, ends);
    CHECK(fitted<GaussianMixture<double>>(MPI_COMM_WORLD, weighted(mine, my_w)) == importances);
    CHECK(fitted<GaussianMixture<double>>(MPI_COMM_WORLD, counted(mine, my_w)) == counts);
  }
}

TEST_CASE("what is drawn of many samples does not depend on the processes", "[mpi]") {
  const Index count = (Index(1) << 15) + 5000;
  const Eigen::MatrixXd x = three_groups<double>(count);
  Eigen::RowVectorXd w = Eigen::RowVectorXd::Ones(count);
  for (Index n = 0; n < count; ++n) w(n) = n % 7 == 0 ? 0 : 0.1 * double(n % 5) + 0.3;
  const auto drawn = [](const auto& spread) {
    return spread.template stand_in<double, Eigen::Dynamic>("initialize");
  };
  for (const auto summation : {mpi::Summation::fast, mpi::Summation::reproducible}) {
    const auto alone = drawn(mpi::spread(MPI_COMM_SELF, x, summation));
    CHECK(alone.x.cols() == Index(1) << 15);
    CHECK(alone.weights == Eigen::VectorXd::Ones(alone.x.cols()));
    for (const Ends& ends : layouts(count)) {
      const Eigen::MatrixXd mine = block(x, ends);
      CHECK(drawn(mpi::spread(MPI_COMM_WORLD, mine, summation)).x == alone.x);
    }
  }
  const auto alone = drawn(mpi::spread(MPI_COMM_SELF, counted(x, w), mpi::Summation::reproducible));
  for (const Ends& ends : layouts(count)) {
    const Eigen::MatrixXd mine = block(x, ends);
    const Eigen::RowVectorXd my_w = block(w, ends);
    const auto spread =
        mpi::spread(MPI_COMM_WORLD, counted(mine, my_w), mpi::Summation::reproducible);
    CHECK(drawn(spread).x == alone.x);
  }
  // A sample drawn in proportion to weights that have nothing to do with it has the mean of all.
  const Eigen::Vector2d mean = alone.x.rowwise().mean();
  const Eigen::Vector2d of_all = x * w.transpose() / w.sum();
  CHECK((mean - of_all).norm() < 5 * 3 / std::sqrt(double(alone.x.cols())));
}

TEST_CASE("a tree's sum is the same from whatever parts", "[mpi]") {
  using Node = eigenmix::detail::StripTree::Node;
  for (const Index strips : {1, 2, 3, 7, 8, 13, 64}) {
    const eigenmix::detail::StripTree tree(strips);
    eigenmix::random::Engine engine(5);
    Eigen::MatrixXd x(1, strips);
    for (Index i = 0; i < strips; ++i) x(0, i) = eigenmix::random::uniform(engine) - 0.5;
    const auto leaf = [&](const Node& node) {
      return node.length == 1 ? x.data() + node.begin : nullptr;
    };
    const double whole = tree.sum<double>(tree.root(), 1, leaf)(0);
    CHECK(std::abs(whole - x.sum()) < 1e-14);
    for (Index cut = 0; cut <= strips; ++cut) {
      std::vector<std::pair<Node, double>> known;
      for (const auto& range : {std::make_pair(Index(0), cut), std::make_pair(cut, strips)}) {
        for (const Node& node : tree.nodes_within(range.first, range.second)) {
          known.emplace_back(node, tree.sum<double>(node, 1, leaf)(0));
        }
      }
      const auto found = [&](const Node& node) -> const double* {
        for (const auto& each : known) {
          if (each.first.begin == node.begin && each.first.length == node.length) {
            return &each.second;
          }
        }
        return nullptr;
      };
      CHECK(tree.sum<double>(tree.root(), 1, found)(0) == whole);
    }
  }
}
