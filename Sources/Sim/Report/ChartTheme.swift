/// The colours of charts, in light and dark.
///
/// gnuplot draws with the light ones. ``SVGDocument`` adds a style sheet that swaps them when the reader prefers dark.
/// The colours of owners, troubles, other nodes and grounds were chosen together, so that people with any colour vision
/// tell them apart in both themes. The tests check their distances.
enum ChartTheme {
  /// One colour in both themes, each as `#rrggbb`. Two tones never share a light colour, since the style sheet finds a
  /// tone by it.
  struct Tone: Hashable {
    let light: String
    let dark: String
  }

  /// The colour of a node's share, and that of words on it.
  struct Owner {
    let fill: Tone
    let text: Tone
  }

  static let background = Tone(light: "#ffffff", dark: "#0d1117")
  static let ink = Tone(light: "#1f2328", dark: "#e6edf3")
  static let grid = Tone(light: "#d8dee4", dark: "#2f3742")
  static let forming = Tone(light: "#eef0f3", dark: "#1a2029")
  static let hole = Tone(light: "#000000", dark: "#fffffe")
  static let holeStrokes = Tone(light: "#8c959f", dark: "#6e7680")
  /// Nodes without a colour of their own.
  static let others = Tone(light: "#c4cacc", dark: "#443c42")
  static let double = Tone(light: "#ff2c5c", dark: "#c42814")
  static let doubleStrokes = Tone(light: "#5c0014", dark: "#300000")
  static let unreached = Tone(light: "#563500", dark: "#3438c4")
  static let unreachedStrokes = Tone(light: "#b8a890", dark: "#9aa0ff")
  static let unserved = Tone(light: "#003054", dark: "#9cc090")
  static let unservedStrokes = Tone(light: "#a08840", dark: "#3c5634")

  static let owners = [
    Owner(fill: Tone(light: "#0f70d2", dark: "#488ffc"), text: lightThenDark),
    Owner(fill: Tone(light: "#6f6b00", dark: "#cf8e28"), text: lightThenDark),
    Owner(fill: Tone(light: "#18a789", dark: "#5c926e"), text: darkThenDark),
    Owner(fill: Tone(light: "#c680b2", dark: "#bf93bb"), text: darkThenDark),
    Owner(fill: Tone(light: "#73caf8", dark: "#69c4ff"), text: darkThenDark),
    Owner(fill: Tone(light: "#634791", dark: "#8075ab"), text: lightThenDark),
    Owner(fill: Tone(light: "#ead95f", dark: "#edc751"), text: darkThenDark),
    Owner(fill: Tone(light: "#926082", dark: "#957485"), text: lightThenDark),
  ]

  // Words on an owner's share: dark or light in each theme.
  private static let darkThenDark = Tone(light: "#0b0c0e", dark: "#0b0c0e")
  private static let lightThenDark = Tone(light: "#fdfdfd", dark: "#0b0c0d")

  /// Every tone that a style sheet has to swap.
  static let tones =
    [
      background, ink, grid, forming, hole, holeStrokes, others, double, doubleStrokes, unreached,
      unreachedStrokes, unserved, unservedStrokes, lightThenDark,
    ] + phases + owners.map(\.fill)

  /// Detection, decision and commit: no colour of a node, which may be in the picture beside.
  static let phases = [
    Tone(light: "#a5d2a5", dark: "#5a695a"), Tone(light: "#f0870f", dark: "#c3c3c3"),
    Tone(light: "#962d4b", dark: "#c3ffb4"),
  ]

  /// The colour of the line or bar number `index` of a chart without nodes.
  static func series(_ index: Int) -> String { owners[index % owners.count].fill.light }
}
