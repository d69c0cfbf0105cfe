/// The colours of charts, in light and dark.
///
/// gnuplot draws with the light ones; ``SVGDocument`` adds a style sheet that swaps the neutral ones when the
/// reader prefers dark. Owner colours stand out on both. Hole and double have colours that no owner has; the
/// hole takes the strongest contrast to the background there is.
enum ChartTheme {
  struct Neutral {
    let light: String
    let dark: String
  }

  static let background = Neutral(light: "#ffffff", dark: "#0d1117")
  static let ink = Neutral(light: "#1f2328", dark: "#e6edf3")
  static let grid = Neutral(light: "#d8dee4", dark: "#2f3742")
  static let forming = Neutral(light: "#e9ecef", dark: "#21262d")
  static let hole = Neutral(light: "#000000", dark: "#fffffe")
  static let double = Neutral(light: "#e3001b", dark: "#ff2a3c")
  static let neutrals = [background, ink, grid, forming, hole, double]

  /// Ten hues that people with any colour vision tell apart (after Okabe and Ito, and Tol), none near red.
  private static let hues: [(Int, Int, Int)] = [
    (0x1f, 0x77, 0xb4), (0xf0, 0xa2, 0x02), (0x00, 0x9e, 0x73), (0xcc, 0x79, 0xa7), (0x7f, 0xc8, 0xf0),
    (0x6a, 0x51, 0xa3), (0xe8, 0xdc, 0x4a), (0x8c, 0x6d, 0x46), (0x8f, 0x96, 0x2e), (0x84, 0x92, 0xa6),
  ]
  /// How far towards white (above 0) or black (below) each round through the hues goes, in thousandths.
  private static let shades = [0, 380, -320, 620, -180, 200, -440]

  /// The colour of a node as `#rrggbb`: the first ten differ in hue, later ones repeat the hues in other shades.
  static func owner(_ node: Int) -> String {
    let (r, g, b) = hues[node % hues.count]
    let shade = shades[node / hues.count % shades.count]
    return "#" + [r, g, b].map { hex(shaded($0, shade)) }.joined()
  }

  private static func shaded(_ component: Int, _ shade: Int) -> Int {
    shade >= 0 ? component + (255 - component) * shade / 1000 : component * (1000 + shade) / 1000
  }

  private static func hex(_ byte: Int) -> String {
    let text = String(byte, radix: 16)
    return text.count == 1 ? "0" + text : text
  }

  /// The phases of a rebalance, in order.
  static let phases = [owner(0), owner(1), owner(3), owner(4)]
}
