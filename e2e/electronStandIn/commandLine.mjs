/**
 * Takes Electron's command line apart: `electron [switches] [-r MODULE] APP [arguments]`.
 * @param {readonly string[]} words the words after the executable
 */
export function parseCommandLine(words) {
  const preloads = []
  const rest = []
  let app
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '-r' || words[i] === '--require') preloads.push(words[++i])
    else if (app === undefined && !words[i].startsWith('-')) app = words[i]
    else rest.push(words[i])
  }
  /** @param {string} name */
  const valueOf = (name) => rest.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
  return { app: app ?? '.', preloads, userData: valueOf('user-data-dir') }
}
