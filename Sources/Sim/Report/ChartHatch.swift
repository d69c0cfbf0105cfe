/// The hatches of troubles, so that a reader sees them without any colour.
///
/// gnuplot draws plain areas. ``SVGDocument`` replaces the fill of an area that has a hatch's ground colour by the
/// hatch.
struct ChartHatch {
  let name: String
  let ground: ChartTheme.Tone
  let strokes: ChartTheme.Tone
  /// Side of the tile that repeats, in pixels.
  private let size: Int
  private let path: String
  private let width: Double

  // Strokes are thin and far apart, so that the hatch looks like its ground colour from afar.

  /// Rising strokes.
  static let hole = ChartHatch(
    name: "hole", ground: ChartTheme.hole, strokes: ChartTheme.holeStrokes, size: 8,
    path: "M-2 2L2 -2M0 8L8 0M6 10L10 6", width: 1.3)
  /// Level strokes.
  static let unreached = ChartHatch(
    name: "unreached", ground: ChartTheme.unreached, strokes: ChartTheme.unreachedStrokes, size: 8,
    path: "M0 4.5H8", width: 1)
  /// Upright strokes.
  static let unserved = ChartHatch(
    name: "unserved", ground: ChartTheme.unserved, strokes: ChartTheme.unservedStrokes, size: 8,
    path: "M4.5 0V8", width: 1)
  /// Strokes that cross.
  static let double = ChartHatch(
    name: "double", ground: ChartTheme.double, strokes: ChartTheme.doubleStrokes, size: 10,
    path: "M-2 2L2 -2M0 10L10 0M8 12L12 8M-2 8L2 12M0 0L10 10M8 -2L12 2", width: 1)

  static let all = [hole, unreached, unserved, double]

  /// The element that defines it, in the light tones.
  var definition: String {
    "<pattern id=\"\(name)\" width=\"\(size)\" height=\"\(size)\" patternUnits=\"userSpaceOnUse\">"
      + "<rect width=\"\(size)\" height=\"\(size)\" fill=\"\(ground.light)\"/>"
      + "<path d=\"\(path)\" fill=\"none\" stroke=\"\(strokes.light)\" stroke-width=\"\(Chart.number(width))\"/></pattern>"
  }

  /// Fills every area of a hatch's ground with the hatch.
  static func laid(over svg: String) -> String {
    all.reduce(svg) { text, hatch in
      text.replacing("fill='\(hatch.ground.light)'", with: "fill='url(#\(hatch.name))'")
    }
  }
}
