/**
 * The negative binomial of `numerics/negativeBinomial.ts` in float32 without differences of large numbers. With
 * μ' = μ + ε, N = x + θ, T = θ + μ + ε and δ = x - μ', and Stirling's series for every lgamma, the log-probability
 *
 *   θ log((θ+ε) / T) + x log(μ' / T) + lgamma(N) - lgamma(θ) - lgamma(x+1)
 *
 * becomes for x > 0, but for θ log(1 + ε/θ), which is less than ε,
 *
 *   θ log(N / T) + x log(N μ' / (T x)) + log(θ / (2π N x)) / 2 + s(N) - s(θ) - s(x),  s = stirlingError,
 *
 * where N / T = 1 + δ/T and N μ' / (T x) = 1 - θ δ / (T x): the linear parts of the two logarithms cancel and are left
 * out of both. In the same way (cf. Loader 2000, "Fast and accurate computation of binomial probabilities")
 *
 *   μ' ∂/∂μ = θ δ / T
 *   θ ∂/∂θ = θ (log(N / T) - δ/T) + x / (2 N) + θ (t(θ) - t(N)) + θ (log(1 + ε/θ) - ε/(θ+ε)),  t = digammaError.
 */
export const negativeBinomialWgsl = /* wgsl */ `
const epsilon = 1.0e-8;

fn logProbability(x : f32, mean : f32, theta : f32) -> f32 {
  if (x == 0.0) {
    return -theta * logOnePlus(mean / (theta + epsilon));
  }
  let raised = mean + epsilon;
  let total = theta + raised;
  let trials = x + theta;
  let distance = (x - raised) / total;
  return theta * logOnePlusMinus(distance, trials / total)
    + x * logOnePlusMinus(-theta / x * distance, raised / x * (trials / total))
    + 0.5 * logarithm(theta / (6.28318531 * trials * x))
    + stirlingError(trials) - stirlingError(theta) - stirlingError(x);
}

// Mean times the derivative by it, for the part of the mean that moves.
fn pullOfMean(x : f32, moving : f32, mean : f32, theta : f32) -> f32 {
  let raised = mean + epsilon;
  return moving / raised * (theta * ((x - raised) / (theta + raised)));
}

// What of the derivative by log θ belongs to the gene alone.
fn dispersionOffset(theta : f32) -> f32 {
  return theta * (logOnePlus(epsilon / theta) - epsilon / (theta + epsilon));
}

fn byLogDispersion(x : f32, mean : f32, theta : f32) -> f32 {
  let raised = mean + epsilon;
  let total = theta + raised;
  let trials = x + theta;
  let change = theta * logOnePlusMinus((x - raised) / total, trials / total);
  if (x == 0.0) {
    return change;
  }
  return change + 0.5 * x / trials + theta * (digammaError(theta) - digammaError(trials));
}
`
