/**
 * Names that laboratories give to guides and perturbations without a target. Compared without regard to case; a
 * number after the name (`NTg1`, `NegCtrl10`, `non-targeting_00123`, `safe-3`) is part of the pattern.
 */
const controlWords = [
  'non[-_ .]?target(?:ing|s)?(?:[-_ .]?(?:control|ctrl))?',
  'not[-_ .]?targeting',
  'ntc?',
  'ntctrl|ntcontrol',
  'neg(?:ative)?(?:[-_ .]?(?:control|ctrl|ctl))?',
  'safe(?:[-_ .]?(?:harbou?r|target(?:ing)?|cutter|cutting|control|ctrl))?',
  '(?:\\d+x[-_ ])?neg[-_ .]?ctrl.*',
  'controls?|ctrls?|ctl',
  'scrambled?|scr',
  'no[-_ .]?site|one[-_ .]?(?:non[-_ .]?gene|intergenic)[-_ .]?site|intergenic',
  'aavs1|rosa26|gal4(?:[-_].*)?|lacz|luc(?:iferase)?',
  'unperturbed|no[-_ .]?perturbation|untreated|vehicle|dmso|mock',
]
const guideNumber = '(?:[-_ .]?(?:sgrna|grna|guide|sg|g)?[-_ .]?\\d+)*'
const controlPattern = new RegExp(
  `^(?:sg|sgrna|grna)?[-_ ]?(?:${controlWords.join('|')})${guideNumber}$`,
  'i',
)
/** Longer names that say what they are. */
const saysControl = /non[-_ .]?targeting|negative[-_ .]?control|neg[-_ .]?ctrl|safe[-_ .]?harbou?r/i

/** Whether a guide, target or perturbation looks like a control by its name. */
export function looksLikeControl(name: string): boolean {
  const trimmed = name.trim()
  return controlPattern.test(trimmed) || saysControl.test(trimmed)
}
