// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>
#include <map>
#include <vector>

#include <eigenmix/eigenmix.hpp>
#include <support/catch.hpp>
#include <support/failure.hpp>
#include <support/golden.hpp>

// Hierarchical agglomeration: against mclust's partitions, and each merge against all others.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix::weighted;
using eigenmix::initialization::FromLabels;
using eigenmix::initialization::Hierarchical;
using eigenmix::initialization::MergeTree;
using eigenmix_tests::check_rejected;
using eigenmix_tests::read_data;
namespace random = eigenmix::random;

using Mixture = GaussianMixture<double>;
using Samples = Eigen::MatrixXd;
using Labels = std::vector<int>;
using Exact = long double;
using ExactMatrix = Eigen::Matrix<Exact, Eigen::Dynamic, Eigen::Dynamic>;
using Criterion = Hierarchical::Criterion;
using Variables = Hierarchical::Variables;

Hierarchical by(Criterion criterion, Variables variables = Variables::svd) {
  Hierarchical strategy;
  strategy.criterion = criterion;
  strategy.variables = variables;
  return strategy;
}

/// Three groups of different shape, 9 deviations apart, the first sample in the first group, and so
/// on by turns.
Samples three_groups(Index dimension, Index count, std::uint64_t seed = 5) {
  random::Engine engine(seed);
  random::Normal normal;
  Samples x(dimension, count);
  for (Index n = 0; n < count; ++n) {
    const double shared = normal(engine);
    for (Index i = 0; i < dimension; ++i) {
      x(i, n) = 9 * double(n % 3) * (i % 2 == 0 ? 1 : -1) + normal(engine) / double(1 + i);
      if (n % 3 == 1) x(i, n) += shared;
    }
  }
  return x;
}

/// Whether two partitions differ in nothing but the groups' numbers.
bool same_partition(const Labels& a, const Labels& b) {
  std::map<int, int> to_b, to_a;
  for (std::size_t n = 0; n < a.size(); ++n) {
    if (to_b.emplace(a[n], b[n]).first->second != b[n]) return false;
    if (to_a.emplace(b[n], a[n]).first->second != a[n]) return false;
  }
  return a.size() == b.size();
}

// ---- a plain version of the criteria ------------------------------------------------------------

Exact determinant(ExactMatrix a) {
  Exact result = 1;
  for (Index k = 0; k < a.rows(); ++k) {
    result *= a(k, k);
    for (Index i = k + 1; i < a.rows(); ++i) {
      const Exact factor = a(i, k) / a(k, k);
      for (Index j = k; j < a.rows(); ++j) a(i, j) -= factor * a(k, j);
    }
  }
  return result;
}

/// Sum of squares and products of the samples with a label, about their mean.
ExactMatrix scatter(const Samples& x, const Labels& labels, int label) {
  ExactMatrix sum = ExactMatrix::Zero(x.rows(), 1), result = ExactMatrix::Zero(x.rows(), x.rows());
  Exact count = 0;
  for (Index n = 0; n < x.cols(); ++n) {
    if (labels[std::size_t(n)] != label) continue;
    sum += x.col(n).cast<Exact>();
    ++count;
  }
  for (Index n = 0; n < x.cols(); ++n) {
    if (labels[std::size_t(n)] != label) continue;
    const ExactMatrix difference = x.col(n).cast<Exact>() - sum / count;
    result += difference.lazyProduct(difference.transpose());
  }
  return result;
}

Exact share(const Samples& x) {
  const Labels one(std::size_t(x.cols()), 0);
  return scatter(x, one, 0).trace() / Exact(x.cols() * x.rows());
}

/// Fraley (1998): n log(|W/n| + (tr W + a)/n)
Exact vvv_term(const Samples& x, const Labels& labels, int label) {
  const auto n = Exact(std::count(labels.begin(), labels.end(), label));
  const ExactMatrix w = scatter(x, labels, label);
  const Exact volume = n > Exact(x.rows()) ? determinant(w / n) : 0;
  return n * std::log(volume + (w.trace() + share(x)) / n);
}

Exact criterion_value(Criterion criterion, const Samples& x, const Labels& labels, bool settled) {
  const int groups = 1 + *std::max_element(labels.begin(), labels.end());
  ExactMatrix pooled = ExactMatrix::Zero(x.rows(), x.rows());
  Exact sum = 0;
  for (int g = 0; g < groups; ++g) {
    if (criterion == Criterion::vvv) sum += vvv_term(x, labels, g);
    pooled += scatter(x, labels, g);
  }
  if (criterion == Criterion::vvv) return sum;
  if (criterion == Criterion::eii) return pooled.trace();
  const Exact n = Exact(x.cols());
  const bool singular = groups + x.rows() > x.cols();
  const Exact volume = singular ? 0 : determinant(pooled / n);
  return settled ? std::log(volume) : volume + pooled.trace() / n;
}

/// EEE: whether the pooled determinant has come to count alone.
bool is_settled(const Samples& x, const Labels& labels) {
  const int groups = 1 + *std::max_element(labels.begin(), labels.end());
  ExactMatrix pooled = ExactMatrix::Zero(x.rows(), x.rows());
  for (int g = 0; g < groups; ++g) pooled += scatter(x, labels, g);
  if (groups + x.rows() > x.cols()) return false;
  return determinant(pooled / Exact(x.cols())) >= share(x);
}

/// The partition with groups a < b united.
Labels united(Labels labels, int a, int b) {
  for (int& label : labels) label = label == b ? a : label > b ? label - 1 : label;
  return labels;
}

/// How far above the least possible value of the criterion each merge of the tree ends, at most, in
/// units of the criterion or, above one, relative to it.
Exact largest_regret(Criterion criterion, const Samples& x) {
  const MergeTree tree = by(criterion, Variables::raw).tree(x);
  Exact regret = 0;
  for (Index k = x.cols(); k > 1; --k) {
    const Labels before = tree.labels(k), after = tree.labels(k - 1);
    const bool settled = is_settled(x, before);
    Exact least = std::numeric_limits<Exact>::infinity();
    bool found = false;
    for (int b = 1; b < int(k); ++b) {
      for (int a = 0; a < b; ++a) {
        const Labels merged = united(before, a, b);
        found = found || same_partition(merged, after);
        least = std::min(least, criterion_value(criterion, x, merged, settled));
      }
    }
    if (!found) return std::numeric_limits<Exact>::infinity();
    const Exact excess = criterion_value(criterion, x, after, settled) - least;
    regret = std::max(regret, excess / std::max(Exact(1), std::abs(least)));
  }
  return regret;
}

TEST_CASE("every merge is the cheapest of all", "[hierarchical]") {
  const Criterion criterion = GENERATE(Criterion::vvv, Criterion::eee, Criterion::eii);
#if EIGENMIX_TESTS_SANITIZED
  const Index dimension = 1;
#else
  const Index dimension = GENERATE(1, 2, 3);
#endif
  const double unit =
      GENERATE(0.1, 30.0);  // in the larger the determinant of eee soon counts alone
  CAPTURE(int(criterion), dimension, unit);
  const Samples x = unit * three_groups(dimension, 24);
  // Costs are compared to 30 bits.
  CHECK(largest_regret(criterion, x) < 1e-7L);
}

TEST_CASE("criterion eee comes to both of its stages in that test", "[hierarchical]") {
  const MergeTree small = by(Criterion::eee, Variables::raw).tree(0.1 * three_groups(2, 24));
  const MergeTree large = by(Criterion::eee, Variables::raw).tree(30 * three_groups(2, 24));
  CHECK(!is_settled(0.1 * three_groups(2, 24), small.labels(1)));
  CHECK(!is_settled(30 * three_groups(2, 24), large.labels(20)));
  CHECK(is_settled(30 * three_groups(2, 24), large.labels(3)));
}

// ---- mclust -------------------------------------------------------------------------------------

TEST_CASE("partitions are mclust's", "[hierarchical]") {
  const auto records = eigenmix_tests::read_golden("mclust_hc.txt");
  REQUIRE(records.size() == 6);
  for (const auto& record : records) {
    CAPTURE(record.name);
    const Criterion criterion = record.text("model") == "VVV" ? Criterion::vvv : Criterion::eee;
    const MergeTree tree = by(criterion).tree(read_data(record.text("dataset")).samples);
    Labels expected;
    for (const char digit : record.text("labels")) expected.push_back(digit - '0');
    for (Index k = 9; k >= 2; --k) {
      CHECK(same_partition(tree.labels(k), expected));
      if (k == 2) break;
      const auto merge = record.matrix("merges").col(9 - k);
      for (int& label : expected) label = label == int(merge(1)) ? int(merge(0)) : label;
    }
  }
}

// ---- the tree ----------------------------------------------------------------------------------

TEST_CASE("labels are numbered by appearance, and partitions nested", "[hierarchical]") {
  const Samples x = three_groups(2, 60);
  const MergeTree tree = Hierarchical().tree(x);
  CHECK(tree.sample_count() == 60);
  CHECK(tree.most_components() == 60);
  CHECK(tree.labels(1) == Labels(60, 0));
  for (Index k = 1; k <= 60; ++k) {
    const Labels labels = tree.labels(k);
    int next = 0;
    for (const int label : labels) {
      REQUIRE(label <= next);
      if (label == next) ++next;
    }
    CHECK(next == k);
  }
  Labels by_turns(60);
  for (std::size_t n = 0; n < 60; ++n) by_turns[n] = int(n % 3);
  CHECK(tree.labels(3) == by_turns);
}

TEST_CASE("a start is the mixture of the groups, from the strategy or its tree", "[hierarchical]") {
  const Samples x = three_groups(2, 60);
  const MergeTree tree = Hierarchical().tree(x);
  const auto expected = initialize<Mixture>(x, 3, FromLabels(tree.labels(3)));
  const auto from_tree = initialize<Mixture>(x, 3, tree);
  const auto from_strategy =
      initialize<Mixture>(x, 3, Hierarchical(), eigenmix::execution::Threads(3));
  for (const Mixture& start : {from_tree, from_strategy}) {
    CHECK(start.weights() == expected.weights());
    CHECK(start.means() == expected.means());
    for (Index k = 0; k < 3; ++k) CHECK(start.covariance(k) == expected.covariance(k));
  }
}

TEST_CASE("strategies that give labels start from the mixture of their groups", "[hierarchical]") {
  const Samples x = three_groups(2, 60);
  using Checked = std::decay_t<decltype(eigenmix::detail::Boundary<double, Eigen::Dynamic>::checked(
      "test", x, Eigen::Dynamic))>;
  using eigenmix::detail::gives_labels_v;
  using eigenmix::execution::Serial;
  using eigenmix::initialization::KMeansPlusPlus;
  STATIC_REQUIRE(gives_labels_v<Hierarchical, Checked, Serial>);
  STATIC_REQUIRE(gives_labels_v<MergeTree, Checked, Serial>);
  STATIC_REQUIRE(gives_labels_v<KMeansPlusPlus, Checked, Serial>);
  STATIC_REQUIRE(!gives_labels_v<eigenmix::initialization::RandomSamples, Checked, Serial>);
  const Checked checked("test", Eigen::Dynamic, x);
  const auto start = initialize<Mixture>(x, 3, KMeansPlusPlus());
  const auto labels = KMeansPlusPlus().labels(checked, 3, Serial());
  CHECK(start.means() == initialize<Mixture>(x, 3, FromLabels(labels)).means());
}

// ---- what must not matter -----------------------------------------------------------------------

TEST_CASE("the order of the samples does not matter", "[hierarchical]") {
  const Criterion criterion = GENERATE(Criterion::vvv, Criterion::eee, Criterion::eii);
  const Samples x = three_groups(3, 80);
  Samples shuffled(3, 80);
  for (Index n = 0; n < 80; ++n) shuffled.col(n * 37 % 80) = x.col(n);
  const MergeTree tree = by(criterion).tree(x), other = by(criterion).tree(shuffled);
  for (Index k = 2; k < 20; ++k) {
    const Labels there = other.labels(k);
    Labels labels(80);
    for (Index n = 0; n < 80; ++n) labels[std::size_t(n)] = there[std::size_t(n * 37 % 80)];
    CHECK(same_partition(tree.labels(k), labels));
  }
}

TEST_CASE("units do not matter, unless raw", "[hierarchical]") {
  const Variables variables = GENERATE(Variables::svd, Variables::standardised);
  const Criterion criterion = GENERATE(Criterion::vvv, Criterion::eee);
  const Samples x = three_groups(3, 80);
  const Eigen::Vector3d units(1e-170, 3, 1e170), offsets(1e-168, -300, 1e171);
  const Samples other = (units.asDiagonal() * x).colwise() + offsets;
  const MergeTree tree = by(criterion, variables).tree(x);
  const MergeTree scaled = by(criterion, variables).tree(other);
  for (Index k = 2; k < 10; ++k) CHECK(tree.labels(k) == scaled.labels(k));
  // A dimension without variation says nothing.
  Samples padded(4, 80);
  padded << x.topRows(1), Samples::Constant(1, 80, 0.1), x.bottomRows(2);
  CHECK(tree.labels(5) == by(criterion, variables).tree(padded).labels(5));
}

TEST_CASE("neither does the scalar type", "[hierarchical]") {
  const Eigen::MatrixXf x = three_groups(2, 60).cast<float>();
  const MergeTree tree = Hierarchical().tree(x);
  const MergeTree wide = Hierarchical().tree(Samples(x.cast<double>()));
  for (Index k = 2; k < 10; ++k) CHECK(tree.labels(k) == wide.labels(k));
}

TEST_CASE("one dimension is no exception", "[hierarchical]") {
  const Samples acidity = read_data("acidity").samples;
  const Labels labels = Hierarchical().tree(acidity).labels(2);
  // Two intervals: the published two modes are near 4.3 and 6.3.
  double low = -1e9, high = 1e9;
  for (Index n = 0; n < acidity.cols(); ++n) {
    if (labels[std::size_t(n)] == labels[0]) low = std::max(low, acidity(0, n));
    if (labels[std::size_t(n)] != labels[0]) high = std::min(high, acidity(0, n));
  }
  CHECK(low < high);
  CHECK(low > 4.7);
  CHECK(high < 6);
}

// ---- many samples, equal samples, weights -------------------------------------------------------

TEST_CASE("of many samples some are drawn, the same each time", "[hierarchical]") {
  const Samples x = three_groups(2, 600);
  Hierarchical strategy;
  strategy.most_points = 60;
  const MergeTree tree = strategy.tree(x);
  CHECK(tree.most_components() == 60);
  CHECK(tree.sample_count() == 600);
  Labels by_turns(600);
  for (std::size_t n = 0; n < 600; ++n) by_turns[n] = int(n % 3);
  CHECK(tree.labels(3) == by_turns);
  const MergeTree threaded = strategy.tree(x, eigenmix::execution::Threads(3));
  strategy.seed = 1;
  const MergeTree other = strategy.tree(x);
  CHECK(other.labels(3) == by_turns);
  CHECK(other.labels(20) != tree.labels(20));
  for (Index k = 2; k < 20; ++k) CHECK(tree.labels(k) == threaded.labels(k));
}

TEST_CASE("of many samples equal ones are one point", "[hierarchical]") {
  // 5 points, by turns, 12 times each: 0, 1 / 10, 11 / 30 in both coordinates
  const double places[] = {0, 10, 1, 30, 11};
  Samples x(2, 60);
  for (Index n = 0; n < 60; ++n) x.col(n).setConstant(places[n % 5]);
  Hierarchical strategy;
  strategy.most_points = 20;
  const MergeTree tree = strategy.tree(x);
  CHECK(tree.most_components() == 5);
  const Labels pairs = tree.labels(3);
  for (Index n = 0; n < 60; ++n) {
    const int expected[] = {0, 1, 0, 2, 1};
    CHECK(pairs[std::size_t(n)] == expected[n % 5]);
    CHECK(tree.labels(5)[std::size_t(n)] == int(n % 5));
  }
  strategy.most_points = 60;
  CHECK(strategy.tree(x).most_components() == 5);
  CHECK(same_partition(strategy.tree(x).labels(3), pairs));
}

TEST_CASE("weights count samples, in any unit; without weight there is no say", "[hierarchical]") {
  Samples x = three_groups(2, 60);
  Eigen::VectorXd w = Eigen::VectorXd::Ones(60);
  const MergeTree plain = Hierarchical().tree(x);
  const MergeTree equal = Hierarchical().tree(weighted(x, 1e-9 * w));
  for (Index k = 2; k < 20; ++k) CHECK(plain.labels(k) == equal.labels(k));
  // The last sample is away from all, so that it would be a group.
  Samples more(2, 61);
  more << x, Eigen::Vector2d(1e3, 1e3);
  Eigen::VectorXd some(61);
  some << w, 0;
  const Labels labels = Hierarchical().tree(weighted(more, some)).labels(3);
  CHECK(Labels(labels.begin(), labels.end() - 1) == plain.labels(3));
  CHECK(labels.back() >= 0);
  CHECK(labels.back() < 3);
  some(60) = 1;
  CHECK(Hierarchical().tree(weighted(more, some)).labels(2) != Labels(61, 0));
  // Of two pairs as far apart, Ward unites the one that weighs less.
  Samples pairs(1, 4);
  pairs << 0, 1, 10, 11;
  const Eigen::Vector4d heavy(5, 5, 1, 1), light(1, 1, 5, 5);
  const Labels first = by(Criterion::eii).tree(weighted(pairs, heavy)).labels(3);
  const Labels second = by(Criterion::eii).tree(weighted(pairs, light)).labels(3);
  CHECK(first == Labels{0, 1, 2, 2});
  CHECK(second == Labels{0, 0, 1, 2});
}

// ---- bad input ----------------------------------------------------------------------------------

TEST_CASE("more components than distinct samples are refused", "[hierarchical]") {
  Samples x(1, 6);
  x << 1, 2, 1, 2, 3, 3;
  check_rejected("Hierarchical", "number of components", "4", "distinct samples agglomerated, 3",
                 [&] { initialize<Mixture>(x, 4, Hierarchical()); });
  const MergeTree tree = Hierarchical().tree(x);
  check_rejected("MergeTree", "number of components", "4", "distinct samples agglomerated, 3",
                 [&] { initialize<Mixture>(x, 4, tree); });
  check_rejected("MergeTree", "number of components", "0", "from 1", [&] { tree.labels(0); });
  CHECK(Hierarchical().tree(Samples(Samples::Constant(2, 5, 7))).most_components() == 1);
  CHECK(Hierarchical().tree(Samples(Samples::Constant(2, 5, 7))).labels(1) == Labels(5, 0));
  CHECK(Hierarchical().tree(Samples(Samples::Constant(2, 1, 7))).labels(1) == Labels(1, 0));
}

TEST_CASE("other bad input is refused", "[hierarchical]") {
  const Samples x = three_groups(2, 12);
  Samples broken = x;
  broken(1, 3) = std::numeric_limits<double>::quiet_NaN();
  check_rejected("Hierarchical", "x(1, 3)", "nan", "finite", [&] { Hierarchical().tree(broken); });
  check_rejected("Hierarchical", "samples", "none", "one column",
                 [&] { Hierarchical().tree(Samples(2, 0)); });
  Hierarchical nothing;
  nothing.most_points = 0;
  check_rejected("Hierarchical", "most_points", "0", "at least one", [&] { nothing.tree(x); });
  const MergeTree tree = Hierarchical().tree(x);
  check_rejected("MergeTree", "samples", "10", "the 12 samples",
                 [&] { initialize<Mixture>(Samples(x.leftCols(10)), 2, tree); });
}

TEST_CASE("values of any size leave a partition", "[hierarchical]") {
  const Criterion criterion = GENERATE(Criterion::vvv, Criterion::eee, Criterion::eii);
  const double size = GENERATE(1e-200, 1e200);
  const Samples x = size * three_groups(2, 30);
  const Labels labels = by(criterion, Variables::raw).tree(x).labels(3);
  CHECK(*std::max_element(labels.begin(), labels.end()) == 2);
  CHECK(by(criterion).tree(x).labels(3) == by(criterion).tree(three_groups(2, 30)).labels(3));
}

}  // namespace
