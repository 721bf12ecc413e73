#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes and checks the golden values of this directory.

    make_golden.py convert DIRECTORY   writes them from the JSON of the reference programs
    make_golden.py check               recomputes what the first three files say, in up to 400
                                       digits, and that the partitions of mclust_hc.txt are some
    make_golden.py criteria            prints the ICLs that oracle/converged.cpp compares with

Where the numbers come from. Nothing here was computed with this library.
  em_trace.json   EM from explicit parameters, 50-digit mpmath arithmetic; scikit-learn 1.2.1 with
                  reg_covar = 0 agrees to 2e-13
  density.json    log densities and responsibilities of given parameters, 100-digit mpmath; inputs
                  from numpy.random.RandomState(7)
  mclust_me.json  R 4.2.2, mclust 6.0.0: me() from a hard partition with emControl(tol = 1e-14);
                  an independent implementation and mixtools 2.0.0 agree to 1e-14. Model VVE is
                  that implementation's: mclust's own VVE M-step does not maximise
  mclust_models.json  same mclust: mclustBIC(x, G = 1:9), default control; log-likelihoods of optima
                  with tight control, agreed on by that implementation or, for VVE, its own
  missing.json    EM and its optimum with entries missing, 50-digit mpmath; scipy's BFGS and lavaan
                  agree
  mclust_hc.json  same mclust: hclass(hc(x, modelName, use = "SVD"), 2:9), numbered from 0

`check` and `criteria` need only this directory and python3-mpmath, share no code with those
programs and take less than a minute each. `check` exits with 1 at the first number that it does
not find again.

The files, line by line:
  # comment
  [name]                    begins a record
  key = text
  key ROWS COLS numbers     a matrix, column by column; a component or a sample is a column
Numbers are C99 hexadecimal floats, exact doubles, but for keys that say `decimal` in this script:
30 digits. Covariances are one column per component (one for all if tied): the lower triangle row
by row (full, tied), the diagonal (diag), the variance (spherical).
"""
import csv
import json
import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FAMILY_OF_MCLUST = {"VII": "spherical", "VVI": "diag", "EEE": "tied", "VVV": "full",
                    "E": "tied", "V": "full"}  # by mclust's names; E and V are one-dimensional


# ------------------------------------------------------------------------------------ writing
def hexadecimal(value):
    """float.hex without the zeros that end a mantissa."""
    mantissa, _, exponent = float(value).hex().partition("p")
    if not exponent:
        return mantissa  # inf, nan
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return "%sp%s" % (mantissa, exponent.lstrip("+"))


def matrix(key, columns, form=hexadecimal):
    rows = len(columns[0])
    assert all(len(column) == rows for column in columns), key
    numbers = (form(v) for column in columns for v in column)
    return "%s %d %d %s\n" % (key, rows, len(columns), " ".join(numbers))


def scalar(key, value, form=hexadecimal):
    return matrix(key, [[value]], form)


def packed(dense):
    size = len(dense)
    assert all(dense[i][j] == dense[j][i] for i in range(size) for j in range(i)), "symmetry"
    return [dense[i][j] for i in range(size) for j in range(i + 1)]


def covariance_columns(family, covariances):
    if family == "full":
        return [packed(c) for c in covariances]
    if family == "tied":
        return [packed(covariances)]
    return covariances if family == "diag" else [[v] for v in covariances]


def parameters(suffix, family, source):
    return (matrix("weights" + suffix, [source["weights"]]) +
            matrix("means" + suffix, source["means"]) +
            matrix("covariances" + suffix, covariance_columns(family, source["covariances"])))


def transposed(rows):
    return [list(column) for column in zip(*rows)]


def decimal(text):
    return text


def em_trace_records(cases):
    for case in cases:
        family = case["covariance_type"]
        out = "[%s]\nfamily = %s\ndataset = %s\n" % (case["name"], family, case["dataset"])
        for iteration in ("0", "1", "2", "5", "20"):
            step = case["init"] if iteration == "0" else case["snapshots"][iteration]
            out += parameters("_" + iteration, family, step)
            out += scalar("mean_log_likelihood_" + iteration, step["mean_loglik_30"], decimal)
            if "resp_first10" in step:
                out += matrix("responsibilities_" + iteration, step["resp_first10"])
                out += matrix("log_density_" + iteration, [step["log_density_first10"]])
        yield out


def density_records(cases):
    for case in cases:
        family = case["covariance_type"]
        responsibilities = case["resp"]
        for n, value in enumerate(case["log_density"]):
            # 100 digits do not hold a log weight beside a log density of -5e299
            if abs(value) > 1e80:
                responsibilities[n] = [math.nan] * case["K"] if case["K"] > 1 else [1.0]
        out = "[%s]\nfamily = %s\n" % (case["name"], family)
        out += parameters("", family, case)
        out += matrix("points", case["points"])
        out += matrix("log_component", case["log_component"])
        out += matrix("log_density", [case["log_density_30"]], decimal)
        out += matrix("responsibilities", responsibilities)
        out += scalar("condition", max(case["cond2"]))
        # what a textbook Cholesky in double gets wrong on this case: the yardstick of the tolerance
        out += scalar("cholesky_relative_error", case["double_cholesky_rel_err_max"])
        out += matrix("cholesky_responsibility_error", [case["double_resp_abs_err"]])
        yield out


def as_dense(sigma):
    return [s if isinstance(s, list) else [[s]] for s in sigma]


def symmetric(dense):
    """Exactly so: mclust's are to the last bit or two."""
    size = range(len(dense))
    return [[dense[max(i, j)][min(i, j)] for j in size] for i in size]


def mclust_records(cases):
    for case in cases:
        for fit in case["fits"]:
            # mclust's VVE does not maximise; the independent implementation's does
            best, at_start = fit, fit["loglik_after_first_m_step"]
            if fit["model"] == "VVE":
                best, at_start = fit["golden"], fit["independent"]["loglik_after_first_m_step"]
            assert fit["agreed"] or best is not fit
            sigma = [symmetric(s) for s in as_dense(best["sigma"])]
            means = [m if isinstance(m, list) else [m] for m in best["mean"]]
            out = "[%s %s]\nmodel = %s\ndataset = %s\n" % (case["name"], fit["model"], fit["model"],
                                                           case["dataset"])
            labels = "labels = " + "".join(str(p - 1) for p in case["partition"]) + "\n"
            out += labels
            out += matrix("weights", [best["pro"]]) + matrix("means", means)
            out += matrix("dense_covariances", [packed(s) for s in sigma])
            out += scalar("parameter_count", fit["df"])
            out += scalar("log_likelihood_at_start", at_start)
            out += scalar("log_likelihood", fit["golden_loglik"])
            yield out


def united(finer, coarser):
    """The two groups of the finer partition that are one in the coarser."""
    into = {}
    for a, b in zip(finer, coarser):
        into.setdefault(b, set()).add(a)
    pairs = [sorted(groups) for groups in into.values() if len(groups) > 1]
    assert len(pairs) == 1 and len(pairs[0]) == 2, "partitions of one tree"
    return pairs[0]


def mclust_hc_records(cases):
    """The partition into 9 groups and, for 8 to 2, which two groups were united: each group by the
    least label in 9 that it holds."""
    for case in cases:
        finest, merges = case["partitions"][0], []
        assert sorted(set(finest)) == list(range(9))
        names = finest
        for coarser in case["partitions"][1:]:
            first, second = united(names, coarser)
            names = [first if name == second else name for name in names]
            merges.append([first, second])
        out = "[%s %s]\ndataset = %s\nmodel = %s\n" % (case["dataset"], case["model"],
                                                      case["dataset"], case["model"])
        yield out + "labels = " + "".join(map(str, finest)) + "\n" + matrix("merges", merges)


def mclust_models_records(datasets):
    """Of every model with 1 to 9 components, all from the partitions of mclust_hc.txt: parameters, the
    log-likelihood at the optimum where two programs agree on it, and mclust's BIC where it stops."""
    for dataset in ("faithful", "iris", "diabetes"):
        models = {}
        for fit in datasets[dataset]["fits"]:
            models.setdefault(fit["model"], []).append(fit)
        for model, fits in models.items():
            fits.sort(key=lambda fit: fit["G"])
            assert [fit["G"] for fit in fits] == list(range(1, 10))
            number = [math.nan if fit["status"] == "NA" else fit["bic"] for fit in fits]
            golden = [math.nan if fit["golden_loglik"] is None else fit["golden_loglik"]
                      for fit in fits]
            counts = [math.nan if fit["status"] == "NA" else fit["df"] for fit in fits]
            out = "[%s %s]\ndataset = %s\nmodel = %s\n" % (dataset, model, dataset, model)
            out += matrix("parameter_count", [counts]) + matrix("log_likelihood", [golden])
            yield out + matrix("mclust_bic", [number])


def missing_records(cases):
    for case in cases:
        family = case["covariance_type"]
        out = "[%s]\nfamily = %s\ndataset = %s\n" % (case["name"], family, case["dataset"])
        out += matrix("missing", case["missing"], str)
        for iteration in ("0", "1", "2", "5", "20"):
            step = case["init"] if iteration == "0" else case["trace"][iteration]
            out += parameters("_" + iteration, family, step)
            out += scalar("log_likelihood_" + iteration, step["observed_loglik"])
        out += parameters("_best", family, case["mle"])
        out += scalar("log_likelihood_best", case["mle"]["observed_loglik_30"], decimal)
        yield out


def convert(directory):
    for name, records in (("em_trace", em_trace_records), ("density", density_records),
                          ("mclust_me", mclust_records), ("mclust_hc", mclust_hc_records),
                          ("mclust_models", mclust_models_records),
                          ("missing", missing_records)):
        path = os.path.join(directory, name + ".json")
        if not os.path.exists(path):
            print(name + ".json is not there: " + name + ".txt is left as it is")
            continue
        with open(path) as source:
            content = json.load(source)
            cases = content["cases"] if "cases" in content else content["datasets"]
        with open(os.path.join(HERE, name + ".txt"), "w") as out:
            out.write("# SPDX-License-Identifier: MIT\n"
                      "# Golden values, not computed with this library. Origin, format and check: "
                      "make_golden.py.\n")
            for record in records(cases):
                out.write(record)


# ----------------------------------------------------------------------------------- checking
def read_records(name):
    records = []
    with open(os.path.join(HERE, name)) as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            if line.startswith("["):
                records.append({"name": line.strip()[1:-1]})
                continue
            key, *rest = line.split()
            if rest[0] == "=":
                records[-1][key] = rest[1]
            else:
                rows = int(rest[0])
                numbers = [float.fromhex(v) if "x" in v or v == "nan" else v for v in rest[2:]]
                assert len(numbers) == rows * int(rest[1]), key
                columns = [numbers[i:i + rows] for i in range(0, len(numbers), rows)]
                records[-1][key] = columns
    return records


def read_samples(dataset):
    with open(os.path.join(HERE, dataset + ".csv")) as lines:
        header, *rows = csv.reader(lines)
    numeric = len(header) - (header[-1] == "label")
    return [[float(v) for v in row[:numeric]] for row in rows]


def unpacked(column, mp):
    size = int((math.isqrt(8 * len(column) + 1) - 1) // 2)
    dense = mp.matrix(size, size)
    for i in range(size):
        for j in range(i + 1):
            dense[i, j] = dense[j, i] = mp.mpf(column[i * (i + 1) // 2 + j])
    return dense


def dense_covariances(family, columns, dimension, components, mp):
    if family in ("full", "tied"):
        dense = [unpacked(c, mp) for c in columns]
        return dense * components if family == "tied" else dense
    if family == "diag":
        return [mp.diag([mp.mpf(v) for v in c]) for c in columns]
    return [mp.diag([mp.mpf(c[0])] * dimension) for c in columns]


def log_components(points, means, covariances, mp):
    """One list per component: log N(x | mean, covariance) of every point, by the inverse."""
    result = []
    for mean, covariance in zip(means, covariances):
        inverse = covariance ** -1
        constant = -(len(mean) * mp.log(2 * mp.pi) + mp.log(mp.det(covariance))) / 2
        values = []
        for x in points:
            d = [mp.mpf(a) - b for a, b in zip(x, mean)]
            values.append(constant - mp.fsum(d[i] * inverse[i, j] * d[j] for i in range(len(d))
                                             for j in range(len(d))) / 2)
        result.append(values)
    return result


def expectation(points, weights, means, covariances, mp):
    """(responsibilities by component, log density by point)"""
    logs = log_components(points, means, covariances, mp)
    joint = [[(mp.log(w) if w > 0 else mp.mpf("-inf")) + v for v in row]
             for w, row in zip(weights, logs)]
    density = []
    for column in zip(*joint):
        largest = max(column)
        density.append(largest + mp.log(mp.fsum(mp.exp(v - largest) for v in column)))
    return [[mp.exp(v - d) for v, d in zip(row, density)] for row in joint], density


def maximization(points, responsibilities, family, mp):
    n, dimension = len(points), len(points[0])
    counts = [mp.fsum(r) for r in responsibilities]
    means, covariances = [], []
    for r, count in zip(responsibilities, counts):
        mean = [mp.fsum(a * x[i] for a, x in zip(r, points)) / count for i in range(dimension)]
        dense = mp.matrix(dimension, dimension)
        for i in range(dimension):
            for j in range(i + 1):
                dense[i, j] = dense[j, i] = mp.fsum(
                    a * (x[i] - mean[i]) * (x[j] - mean[j]) for a, x in zip(r, points)) / count
        if family in ("diag", "spherical", "EEI", "EII"):
            variances = [dense[i, i] for i in range(dimension)]
            if family in ("spherical", "EII"):
                variances = [mp.fsum(variances) / dimension] * dimension
            dense = mp.diag(variances)
        means.append(mean)
        covariances.append(dense)
    if family in ("tied", "EEI", "EII"):
        pooled = mp.matrix(dimension, dimension)
        for count, dense in zip(counts, covariances):
            pooled += dense * (count / n)
        covariances = [pooled] * len(counts)
    return [c / n for c in counts], means, covariances


def require(name, expected, actual, tolerance):
    scale = max(abs(e) for e in expected)
    worst = max(abs(e - a) for e, a in zip(expected, actual))
    if not worst <= tolerance * scale:
        sys.exit("%s: off by %.3g of %.3g" % (name, worst, scale))


def flat(columns, mp):
    return [mp.mpf(v) for column in columns for v in column]


def compare_parameters(name, record, suffix, found, family, mp):
    weights, means, covariances = found
    components, dimension = len(weights), len(means[0])
    rounding = 2.0 ** -52
    require(name + " weights", flat(record["weights" + suffix], mp), weights, rounding)
    require(name + " means", flat(record["means" + suffix], mp), [v for m in means for v in m],
            rounding)
    stored = dense_covariances(family, record["covariances" + suffix], dimension, components, mp)
    require(name + " covariances", [v for c in stored for v in c],
            [v for c in covariances for v in c], rounding)


def check_em_trace(mp):
    mp.mp.dps = 40
    for record in read_records("em_trace.txt"):
        family, points = record["family"], [[mp.mpf(v) for v in x] for x in
                                            read_samples(record["dataset"])]
        weights, means = flat(record["weights_0"], mp), [[mp.mpf(v) for v in m]
                                                         for m in record["means_0"]]
        covariances = dense_covariances(family, record["covariances_0"], len(means[0]),
                                        len(means), mp)
        for iteration in range(21):
            responsibilities, density = expectation(points, weights, means, covariances, mp)
            suffix, name = "_%d" % iteration, "%s, iteration %d" % (record["name"], iteration)
            if "weights" + suffix in record:
                compare_parameters(name, record, suffix, (weights, means, covariances), family, mp)
                require(name, flat(record["mean_log_likelihood" + suffix], mp),
                        [mp.fsum(density) / len(points)], 1e-28)
            if "responsibilities" + suffix in record:
                first = [r[n] for n in range(10) for r in responsibilities]
                require(name, flat(record["responsibilities" + suffix], mp), first, 2.0 ** -52)
                require(name, flat(record["log_density" + suffix], mp), density[:10], 2.0 ** -52)
            weights, means, covariances = maximization(points, responsibilities, family, mp)
        print(record["name"], "agrees", flush=True)


def check_density(mp):
    mp.mp.dps = 400  # log densities reach 1e307, log weights are about 1
    for record in read_records("density.txt"):
        name, means = record["name"], [[mp.mpf(v) for v in m] for m in record["means"]]
        covariances = dense_covariances(record["family"], record["covariances"], len(means[0]),
                                        len(means), mp)
        logs = log_components(record["points"], means, covariances, mp)
        shares, density = expectation(record["points"], flat(record["weights"], mp), means,
                                      covariances, mp)
        for n, stored in enumerate(record["log_component"]):
            for k, value in enumerate(stored):
                require(name, [mp.mpf(value)], [logs[k][n]], 2.0 ** -52)
            require(name, [mp.mpf(record["log_density"][0][n])], [density[n]], 1e-28)
            for k, value in enumerate(record["responsibilities"][n]):
                if not math.isnan(value):
                    require(name, [mp.mpf(1)], [1 + shares[k][n] - mp.mpf(value)], 2.0 ** -52)
        print(name, "agrees", flush=True)


def check_mclust(mp):
    """That the parameters stored have the log-likelihood stored, and an M-step of the four families
    that `maximization` knows leaves them."""
    mp.mp.dps = 40
    for record in read_records("mclust_me.txt"):
        points = [[mp.mpf(v) for v in x] for x in read_samples(record["dataset"])]
        weights, means = flat(record["weights"], mp), [[mp.mpf(v) for v in m]
                                                       for m in record["means"]]
        covariances = [unpacked(c, mp) for c in record["dense_covariances"]]
        shares, density = expectation(points, weights, means, covariances, mp)
        require(record["name"], flat(record["log_likelihood"], mp), [mp.fsum(density)], 1e-12)
        family = FAMILY_OF_MCLUST.get(record["model"])
        if family is None:
            print(record["name"], "has its log-likelihood", flush=True)
            continue
        _, means, covariances = maximization(points, shares, family, mp)
        require(record["name"], flat(record["means"], mp), [v for m in means for v in m], 1e-6)
        stored = [v for c in record["dense_covariances"] for v in unpacked(c, mp)]
        require(record["name"], stored, [v for c in covariances for v in c], 1e-5)
        labels = [[mp.mpf(c == str(k)) for c in record["labels"]] for k in range(len(weights))]
        start = maximization(points, labels, family, mp)
        density = expectation(points, *start, mp)[1]
        require(record["name"], flat(record["log_likelihood_at_start"], mp), [mp.fsum(density)],
                1e-12)
        print(record["name"], "agrees", flush=True)


def check_mclust_hc():
    """That the labels are a partition of the data set into 9 groups, and that every merge unites
    two of those that are left."""
    for record in read_records("mclust_hc.txt"):
        assert len(record["labels"]) == len(read_samples(record["dataset"])), record["name"]
        left = set(record["labels"])
        assert left == set("012345678") and len(record["merges"]) == 7, record["name"]
        for first, second in record["merges"]:
            names = {str(int(first)), str(int(second))}
            assert len(names) == 2 and names <= left, record["name"]
            left -= {str(int(second))}
        print(record["name"], "is a tree", flush=True)


# ------------------------------------------------------------------------------- converged fits
def hard_starts():
    iris, faithful, diabetes = (read_samples(d) for d in ("iris", "faithful", "diabetes"))
    with open(os.path.join(HERE, "diabetes.csv")) as lines:
        classes = [row["label"] for row in csv.DictReader(lines)]
    diabetes[103][1] = 455.0
    species = [n // 50 for n in range(150)]
    waiting = [int(x[1] >= 68) for x in faithful]
    for family in ("EII", "spherical", "EEI", "diag", "tied", "full"):
        yield "iris", iris, species, family
        yield "faithful", faithful, waiting, family
    yield "faithful 3", faithful, [(x[0] >= 3) + (x[0] >= 4.2) for x in faithful], "tied"
    yield "diabetes", diabetes, [sorted(set(classes)).index(c) for c in classes], "full"


def print_criteria(mp):
    """-2 L + parameters log N - 2 sum log r, of the most responsible and weighted by r."""
    mp.mp.dps = 30
    for name, samples, labels, family in hard_starts():
        points = [[mp.mpf(v) for v in x] for x in samples]
        components, d = max(labels) + 1, len(points[0])
        covariance_count = {"full": components * d * (d + 1) // 2, "tied": d * (d + 1) // 2,
                            "diag": components * d, "spherical": components, "EEI": d,
                            "EII": 1}[family]
        count = components - 1 + components * d + covariance_count
        shares = [[mp.mpf(label == k) for label in labels] for k in range(components)]
        last, gain = mp.mpf("-inf"), mp.inf
        while abs(gain) > 1e-20:
            shares, density = expectation(points, *maximization(points, shares, family, mp), mp)
            last, gain = mp.fsum(density), mp.fsum(density) - last
        bic = -2 * last + count * mp.log(len(points))
        hard = mp.fsum(mp.log(max(column)) for column in zip(*shares))
        soft = mp.fsum(r * mp.log(r) for row in shares for r in row if r > 0)
        print("%-10s %-10s L %.8f BIC %.6f ICL hard %.6f soft %.6f" % (
            name, family, last, bic, bic - 2 * hard, bic - 2 * soft), flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "convert":
        convert(sys.argv[2])
    elif sys.argv[1:] == ["check"]:
        import mpmath
        check_em_trace(mpmath)
        check_density(mpmath)
        check_mclust(mpmath)
        check_mclust_hc()
    elif sys.argv[1:] == ["criteria"]:
        import mpmath
        print_criteria(mpmath)
    else:
        sys.exit(__doc__)
