# SPDX-License-Identifier: MIT
# Writes mclust's part of the exchange directory, exchange/mclust.txt, and is run by
# make_exchange.py: Rscript make_exchange.R DIRECTORY_OF_DATA. R 4.2.2, mclust 6.0.0.
suppressMessages(library(mclust))

directory <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) {
  table <- read.csv(file.path(directory, paste0(name, ".csv")))
  as.matrix(table[, setdiff(names(table), "label"), drop = FALSE])
}
out <- file(file.path(directory, "exchange", "mclust.txt"), "w")
line <- function(...) cat(..., "\n", sep = "", file = out)
matrix_line <- function(key, values, rows) {
  line(key, " ", rows, " ", length(values) / rows, " ",
       paste(sprintf("%.17g", values), collapse = " "))
}

# The log-likelihood is that of the parameters which are written: estep's. What mclust's own fit
# reports is of the parameters before its last M-step, but for models of one component, X.., which
# have no estep.
record <- function(name, x, fit) {
  p <- fit$parameters
  d <- ncol(x)
  data <- if (d == 1) as.vector(x) else x
  is_one <- substr(fit$modelName, 1, 1) == "X"
  loglik <- if (is_one) fit$loglik else estep(data = data, modelName = fit$modelName, p)$loglik
  sigma <- if (d == 1) rep_len(p$variance$sigmasq, fit$G) else p$variance$sigma
  line("[", name, " ", fit$modelName, "]")
  line("data = ", name)
  line("modelName = ", fit$modelName)
  matrix_line("pro", p$pro, length(p$pro))
  matrix_line("mean", p$mean, d)
  matrix_line("sigma", sigma, d)
  if (!is.null(p$Vinv)) matrix_line("Vinv", p$Vinv, 1)
  matrix_line("loglik", loglik, 1)
}

line("# mclust ", as.character(packageVersion("mclust")),
     ", written by make_exchange.R; matrices: key rows cols numbers, column by column")
line("# In the names of models of one component mclust itself writes an X for each E or V.")
iris <- read("iris")
for (model in mclust.options("emModelNames")) {
  record("iris", iris, Mclust(iris, G = 3, modelNames = model, verbose = FALSE))
}
acidity <- read("acidity")
for (model in c("E", "V")) {
  record("acidity", acidity, Mclust(acidity[, 1], G = 2, modelNames = model, verbose = FALSE))
}
faithful <- read("faithful")
for (model in chartr("E", "X", c("EII", "EEI", "EEE"))) {  # of one component nothing is equal
  record("faithful", faithful, Mclust(faithful, G = 1, modelNames = model, verbose = FALSE))
}
# Five of the samples are taken to be noise at first.
noise <- list(noise = c(16, 58, 127, 211, 244))
record("faithful", faithful, Mclust(faithful, G = 2, modelNames = "VVV", initialization = noise,
                                    verbose = FALSE))
close(out)
