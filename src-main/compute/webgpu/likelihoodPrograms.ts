import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu'
import { negativeBinomialWgsl } from './negativeBinomialWgsl'
import { specialFunctionsWgsl } from './specialFunctionsWgsl'

/** What both directions know of a cell, one row each of the cells' statistics (4 × cells). */
const cellStatisticsWgsl = /* wgsl */ `
// exp(logit - largest) · scale is the mean without its floor.
struct CellStatistics { largest : f32, scale : f32, pull : f32 };

fn cellStatistics(cell : i32, cells : i32) -> CellStatistics {
  return CellStatistics(statistics[cells + cell], statistics[2 * cells + cell], statistics[3 * cells + cell]);
}
`

/** Threads that share one cell. */
const threadsPerCell = 256

/**
 * Softmax and likelihood of each cell, a workgroup each: 4 × cells, the rows being the log-likelihood, the largest
 * logit, total count / Σ exp(logit - largest), and Σ pulls / Σ exp(logit - largest).
 * A cell with a logit that is not a finite number has no log-likelihood.
 */
export class LikelihoodProgram implements WebGPUProgram {
  readonly variableNames = ['logits', 'logDispersions', 'counts']
  readonly uniforms = 'meanFloor : f32,'
  readonly shaderKey = 'negativeBinomialLikelihood'
  readonly workgroupSize: [number, number, number] = [threadsPerCell, 1, 1]
  readonly dispatchLayout = { x: [1] }
  readonly dispatch: [number, number, number]
  readonly outputShape: number[]

  constructor(cells: number) {
    this.outputShape = [4, cells]
    this.dispatch = [cells, 1, 1]
  }

  getUserCode(): string {
    return /* wgsl */ `
${specialFunctionsWgsl}
${negativeBinomialWgsl}
var<workgroup> parts : array<vec2<f32>, ${threadsPerCell}>;
var<workgroup> broken : atomic<u32>;

fn sums(own : vec2<f32>) -> vec2<f32> {
  let thread = localId.x;
  workgroupBarrier();
  parts[thread] = own;
  for (var width = ${threadsPerCell / 2}u; width > 0u; width = width / 2u) {
    workgroupBarrier();
    if (thread < width) { parts[thread] = parts[thread] + parts[thread + width]; }
  }
  workgroupBarrier();
  return parts[0];
}

fn largestOf(own : f32) -> f32 {
  let thread = localId.x;
  parts[thread].x = own;
  for (var width = ${threadsPerCell / 2}u; width > 0u; width = width / 2u) {
    workgroupBarrier();
    if (thread < width) { parts[thread].x = max(parts[thread].x, parts[thread + width].x); }
  }
  workgroupBarrier();
  return parts[0].x;
}

fn main(index : i32) {
  let cells = uniforms.outShape.y;
  let cell = index / ${threadsPerCell};
  let thread = i32(localId.x);
  let genes = select(0, uniforms.logitsShape.y, cell < cells);
  let start = cell * genes;

  var own = -3.0e38;
  for (var gene = thread; gene < genes; gene = gene + ${threadsPerCell}) {
    let logit = logits[start + gene];
    // Infinite or no number: the exponent is all ones.
    if ((bitcast<u32>(logit) & 0x7f800000u) == 0x7f800000u) { atomicStore(&broken, 1u); }
    own = max(own, logit);
  }
  let largest = largestOf(own);

  var own2 = vec2<f32>(0.0);
  for (var gene = thread; gene < genes; gene = gene + ${threadsPerCell}) {
    own2 = own2 + vec2<f32>(exponential(logits[start + gene] - largest), counts[start + gene]);
  }
  let totals = sums(own2);
  let scale = totals.y / totals.x;

  own2 = vec2<f32>(0.0);
  for (var gene = thread; gene < genes; gene = gene + ${threadsPerCell}) {
    let x = counts[start + gene];
    let moving = exponential(logits[start + gene] - largest) * scale;
    let mean = moving + uniforms.meanFloor;
    let theta = exponential(logDispersions[gene]);
    own2 = own2 + vec2<f32>(logProbability(x, mean, theta), pullOfMean(x, moving, mean, theta));
  }
  let found = sums(own2);

  if (thread == 0 && cell < cells) {
    result[cell] = select(found.x, uniforms.NAN, atomicLoad(&broken) != 0u);
    result[cells + cell] = largest;
    result[2 * cells + cell] = scale;
    result[3 * cells + cell] = found.y / totals.x;
  }
}
`
  }
}

/** Derivative of the weighted log-likelihoods by the logits: cells × genes. */
export class LogitGradientProgram implements WebGPUProgram {
  readonly variableNames = ['logits', 'logDispersions', 'counts', 'statistics', 'weights']
  readonly uniforms = 'meanFloor : f32,'
  readonly shaderKey = 'negativeBinomialByLogits'
  readonly workgroupSize: [number, number, number] = [64, 1, 1]
  readonly dispatchLayout = { x: [0, 1] }
  readonly dispatch: [number, number, number]
  readonly size = true
  readonly outputShape: number[]

  constructor(cells: number, genes: number) {
    this.outputShape = [cells, genes]
    this.dispatch = [Math.ceil((cells * genes) / this.workgroupSize[0]), 1, 1]
  }

  getUserCode(): string {
    return /* wgsl */ `
${specialFunctionsWgsl}
${negativeBinomialWgsl}
${cellStatisticsWgsl}
fn main(index : i32) {
  if (index < uniforms.size) {
    let cell = index / uniforms.outShape.y;
    let gene = index - cell * uniforms.outShape.y;
    let ofCell = cellStatistics(cell, uniforms.outShape.x);
    let exponent = exponential(logits[index] - ofCell.largest);
    let moving = exponent * ofCell.scale;
    let theta = exponential(logDispersions[gene]);
    let pull = pullOfMean(counts[index], moving, moving + uniforms.meanFloor, theta);
    result[index] = weights[cell] * (pull - exponent * ofCell.pull);
  }
}
`
  }
}

/** Genes of one workgroup, and threads that share the cells of each. */
const [genesPerGroup, threadsPerGene] = [16, 16]

/** Derivative of the weighted log-likelihoods by the log inverse dispersions: one for each gene. */
export class DispersionGradientProgram implements WebGPUProgram {
  readonly variableNames = ['logits', 'logDispersions', 'counts', 'statistics', 'weights']
  readonly uniforms = 'meanFloor : f32,'
  readonly shaderKey = 'negativeBinomialByLogDispersions'
  readonly workgroupSize: [number, number, number] = [genesPerGroup * threadsPerGene, 1, 1]
  readonly dispatchLayout = { x: [0] }
  readonly dispatch: [number, number, number]
  readonly outputShape: number[]

  constructor(genes: number) {
    this.outputShape = [genes]
    this.dispatch = [Math.ceil(genes / genesPerGroup), 1, 1]
  }

  getUserCode(): string {
    return /* wgsl */ `
${specialFunctionsWgsl}
${negativeBinomialWgsl}
${cellStatisticsWgsl}
var<workgroup> parts : array<f32, ${genesPerGroup * threadsPerGene}>;

fn main(index : i32) {
  let thread = i32(localId.x);
  let genes = uniforms.logitsShape.y;
  let gene = index / ${genesPerGroup * threadsPerGene} * ${genesPerGroup} + thread % ${genesPerGroup};
  let cells = select(0, uniforms.logitsShape.x, gene < genes);
  let theta = exponential(logDispersions[min(gene, genes - 1)]);
  let offset = dispersionOffset(theta);

  var own = 0.0;
  for (var cell = thread / ${genesPerGroup}; cell < cells; cell = cell + ${threadsPerGene}) {
    let at = cell * genes + gene;
    let ofCell = cellStatistics(cell, cells);
    let mean = exponential(logits[at] - ofCell.largest) * ofCell.scale + uniforms.meanFloor;
    own = own + weights[cell] * (byLogDispersion(counts[at], mean, theta) + offset);
  }
  parts[thread] = own;
  for (var width = ${threadsPerGene / 2}; width > 0; width = width / 2) {
    workgroupBarrier();
    if (thread < width * ${genesPerGroup}) {
      parts[thread] = parts[thread] + parts[thread + width * ${genesPerGroup}];
    }
  }
  if (thread < ${genesPerGroup} && gene < genes) {
    result[gene] = parts[thread];
  }
}
`
  }
}
