export {
  batchStatistics,
  keepUnits,
  leakyRectify,
  leakyRectifyBackward,
  moveStatistics,
  normalise,
  normaliseBackward,
  rectify,
  rectifyBackward,
  runningStatistics,
} from './activation'
export { adam } from './adam'
export { attributeGenes } from './attribution'
export { columnSums } from './columns'
export { unpackCounts } from './counts'
export { prepareDispersions } from './dispersions'
export {
  addElements,
  copyGradient,
  drawMask,
  drawMaskBackward,
  fillZeros,
  gaussianKl,
  gaussianKlByMean,
  gaussianKlByVariance,
  gaussianLogRatio,
  gaussianLogRatioByVariance,
  multiply,
  sample,
  sampleBackward,
  spreadWeight,
  variance,
  varianceBackward,
} from './latents'
export { listGenes, listStride, listValues } from './lists'
export {
  maskedGaussianKl,
  maskedGaussianKlByLogits,
  maskedGaussianKlByMean,
  maskedGaussianKlByShift,
} from './maskedDivergence'
export { drawRows, drawRowsScratch } from './noise'
export { outputLayer, outputLayerScratch } from './outputLayer'
export { outputLayerUpdate } from './outputLayerUpdate'
export { multiplyAdds } from './peak'
export { drawParticleNoise, particleLikelihood, particleLikelihoodScratch, placeParticles } from './particles'
export {
  bernoulliKl,
  bernoulliKlByLogits,
  bernoulliKlByPrior,
  bernoulliLogRatio,
  bernoulliLogRatioByLogits,
  bernoulliLogRatioByMask,
  probabilitySum,
  probabilitySumBackward,
  selectRows,
  selectRowsBackward,
  softplusBackward,
  softplusSum,
} from './perturbations'
export { product, productScratch } from './product'
export { sumRises } from './rises'
export { sparseLayer, sparseLayerInputs, sparseLayerScratch, sparseLayerUpdate } from './sparseLayer'
export { announceJob, awaitJob, meet } from './threads'
