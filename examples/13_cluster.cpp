// SPDX-License-Identifier: MIT
//
// A fit by several processes, each with samples that no other has seen. They may be on machines of
// their own: what goes between them in an iteration is one message of the size of the mixture.
//
//     mpirun -n 4 build/examples/13_cluster
//
// A process would read its part of a file or of a detector here; these draw theirs from one truth,
// each by a seed of its own. Whatever their number, every process ends with the same mixture.

#include <iostream>

#include <eigenmix/eigenmix.hpp>
#include <eigenmix/mpi/fit.hpp>

using Mixture = eigenmix::GaussianMixture<double>;
using eigenmix::Index;

Mixture truth() {
  Eigen::MatrixXd means(2, 3);
  means << 0, 5, 2, 0, 1, 6;
  const Eigen::Matrix2d round = Eigen::Matrix2d::Identity();
  return {Eigen::Vector3d(0.5, 0.3, 0.2), means, {round, 2 * round, round / 2}};
}

int run() {
  int rank = 0, processes = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &processes);
  eigenmix::random::Engine engine(13 + static_cast<std::uint64_t>(rank));
  const Eigen::MatrixXd mine = truth().sample(20000, engine).samples;

  const auto x = eigenmix::mpi::spread(MPI_COMM_WORLD, mine);
  auto mixture = eigenmix::initialize<Mixture>(x, 3);
  const auto progress = [](const eigenmix::Iteration& iteration) {  // called on rank 0
    std::cout << "iteration " << iteration.number() << ": log-likelihood "
              << iteration.log_likelihood() << '\n';
  };
  const auto result = eigenmix::mpi::fit(mixture, x, eigenmix::fit_options(progress));

  // Said of a process's own samples, without the others.
  const auto labels = mixture.classify(x);
  const Index in_first = (labels.array() == 0).count();
  Index total = 0;
  MPI_Reduce(&in_first, &total, 1, MPI_INT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
  if (rank == 0) {
    std::cout << mixture << '\n'
              << processes << " processes, " << processes * mine.cols() << " samples, " << total
              << " of them in component 0; " << eigenmix::to_string(result.status) << " after "
              << result.iterations << " iterations\n";
  }
  return result.converged() ? 0 : 1;
}

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  try {
    const int code = run();
    MPI_Finalize();
    return code;
  } catch (const std::exception& error) {  // which the others may not have met: none waits
    std::cerr << "13_cluster: " << error.what() << '\n';
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
}
