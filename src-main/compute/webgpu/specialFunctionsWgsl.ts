/**
 * Elementary and special functions for kernels on graphics processors, float32 throughout. WGSL allows its own `exp`
 * to be off by 3 + 2 |x| units in the last place and its `log` by 5e-7 around 1, which likelihoods do not forgive.
 *
 * `logOnePlusMinus(d)` is log(1 + d) - d, and `stirlingError` and `digammaError` are what is missing from the leading
 * terms of Stirling's series:
 *
 *   lgamma(y) = (y - 1/2) log y - y + log(2π) / 2 + stirlingError(y)
 *   digamma(y) = log y - 1 / (2 y) - digammaError(y)
 *
 * Differences of these are small where those of lgamma and digamma cancel.
 */
export const specialFunctionsWgsl = /* wgsl */ `
fn exponential(x : f32) -> f32 {
  let bounded = clamp(x, -87.0, 88.0);
  let n = round(bounded * 1.44269504);
  // log 2 in two parts, the first with few digits.
  let r = (bounded - n * 0.693359375) + n * 2.12194440e-4;
  let tail = ((((1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r
    + 1.6666665459e-1) * r + 5.0000001201e-1;
  return ldexp(tail * r * r + r + 1.0, i32(n));
}

// (atanh(s) - s) / s^3 for |s| at most 1/3.
fn atanhTail(square : f32) -> f32 {
  return 1.0 / 3.0 + square * (1.0 / 5.0 + square * (1.0 / 7.0 + square * (1.0 / 9.0 + square * (1.0 / 11.0
    + square * (1.0 / 13.0 + square / 15.0)))));
}

fn atanhSmall(s : f32) -> f32 {
  return s + s * s * s * atanhTail(s * s);
}

// For positive numbers.
fn logarithm(x : f32) -> f32 {
  let bits = bitcast<u32>(x);
  var exponent = f32(i32(bits >> 23u) - 127);
  var mantissa = bitcast<f32>((bits & 0x007fffffu) | 0x3f800000u);
  if (mantissa > 1.41421356) {
    mantissa = mantissa * 0.5;
    exponent = exponent + 1.0;
  }
  return exponent * 0.693359375 + (2.0 * atanhSmall((mantissa - 1.0) / (mantissa + 1.0)) - exponent * 2.12194440e-4);
}

fn logOnePlus(d : f32) -> f32 {
  if (abs(d) < 0.5) {
    return 2.0 * atanhSmall(d / (2.0 + d));
  }
  return logarithm(1.0 + d);
}

// log(ratio) - d, where ratio = 1 + d and d is known better than the ratio tells it.
fn logOnePlusMinus(d : f32, ratio : f32) -> f32 {
  if (abs(d) < 0.5) {
    let s = d / (2.0 + d);
    return 2.0 * s * s * s * atanhTail(s * s) - s * d;
  }
  return logarithm(ratio) - d;
}

fn stirlingError(y : f32) -> f32 {
  var sum = 0.0;
  var z = y;
  // stirlingError(z) - stirlingError(z + 1) = (z + 1/2) log(1 + 1/z) - 1 until the series holds.
  for (var step = 0; step < 4 && z < 4.0; step = step + 1) {
    if (z < 1.0) {
      sum = sum + (z + 0.5) * logarithm((z + 1.0) / z) - 1.0;
    } else {
      let square = 1.0 / ((2.0 * z + 1.0) * (2.0 * z + 1.0));
      sum = sum + square * atanhTail(square);
    }
    z = z + 1.0;
  }
  let r = 1.0 / z;
  let square = r * r;
  return sum + r * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
}

fn digammaError(y : f32) -> f32 {
  var sum = 0.0;
  var z = y;
  // digammaError(z) - digammaError(z + 1) = 1/(2 z) + 1/(2 (z + 1)) - log(1 + 1/z) until the series holds.
  for (var step = 0; step < 4 && z < 4.0; step = step + 1) {
    if (z < 1.0) {
      sum = sum + 0.5 / z + 0.5 / (z + 1.0) - logarithm((z + 1.0) / z);
    } else {
      let v = 1.0 / (2.0 * z + 1.0);
      let square = v * v;
      sum = sum + 2.0 * v * square * (2.0 / 3.0 + square * (4.0 / 5.0 + square * (6.0 / 7.0 + square * (8.0 / 9.0
        + square * (10.0 / 11.0 + square * (12.0 / 13.0 + square * (14.0 / 15.0)))))));
    }
    z = z + 1.0;
  }
  let r = 1.0 / z;
  let square = r * r;
  return sum + square * (1.0 / 12.0 - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square * (1.0 / 240.0
    - square / 132.0))));
}
`
