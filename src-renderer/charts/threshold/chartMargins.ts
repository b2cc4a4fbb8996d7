/** Space around the plot, CSS pixels: fixed, because the threshold's handle lies over the plot. */
export const chartMargins = { left: 64, right: 16, top: 16, bottom: 44 } as const
