/** Space around the plot, CSS pixels: fixed, because the threshold's handle lies over the plot. */
export const chartMargins = { left: 72, right: 16, top: 32, bottom: 44 } as const
