import Engine

/// The rectangles of a picture of ownership, by the colour that they are drawn with.
///
/// ``OwnershipChart`` adds them one by one. Each state, and each node with a colour, becomes one data block of gnuplot,
/// one plot and one entry of the legend.
struct OwnershipAreas {
  private let nodes: NodeColours
  private var owners: [[Area]] = Array(repeating: [], count: 64)
  private var hole: [Area] = []
  private var unreached: [Area] = []
  private var unserved: [Area] = []
  private var double: [Area] = []
  private var forming: [Area] = []
  private var unused: [Area] = []

  /// In the chart's coordinates.
  private struct Area {
    let left, right, bottom, top: Double

    var row: String { Chart.rectangle(left, right, bottom, top) }
  }

  init(_ nodes: NodeColours) { self.nodes = nodes }

  mutating func add(_ state: Ownership, _ left: Double, _ right: Double, _ bottom: Double, _ top: Double) {
    let area = Area(left: left, right: right, bottom: bottom, top: top)
    switch state {
    case .owned(let node): owners[node.index].append(area)
    case .hole: hole.append(area)
    case .unreached: unreached.append(area)
    case .unserved: unserved.append(area)
    case .double: double.append(area)
    case .forming: forming.append(area)
    case .unused: unused.append(area)
    }
  }

  /// Nodes with a colour that own something, by number.
  private var named: [Int] { owners.indices.filter { !owners[$0].isEmpty && nodes.isNamed($0) } }
  private var others: [Area] { owners.indices.filter { !nodes.isNamed($0) }.flatMap { owners[$0] } }

  /// gnuplot's data blocks.
  var data: String {
    var text = block("$hole", hole) + block("$double", double)
    if !unreached.isEmpty { text += block("$unreached", unreached) }
    if !unserved.isEmpty { text += block("$unserved", unserved) }
    if !forming.isEmpty { text += block("$forming", forming) }
    if !unused.isEmpty { text += block("$unused", unused) }
    for node in named { text += block("$n\(node)", owners[node]) }
    let others = others
    if !others.isEmpty { text += block("$others", others) }
    return text
  }

  /// A block without areas draws nothing, but gnuplot needs one line to read it.
  private func block(_ name: String, _ areas: [Area]) -> String {
    "\(name) << EOD\n\(areas.isEmpty ? "NaN NaN NaN NaN\n" : areas.map(\.row).joined())EOD\n"
  }

  /// The blocks and their colours, in order of drawing.
  var plots: [(block: String, colour: String)] {
    var plots = named.map { ("$n\($0)", nodes.tone(of: $0).light) }
    if !others.isEmpty { plots.append(("$others", ChartTheme.others.light)) }
    plots += [("$hole", ChartTheme.hole.light), ("$double", ChartTheme.double.light)]
    if !unreached.isEmpty { plots.append(("$unreached", ChartTheme.unreached.light)) }
    if !unserved.isEmpty { plots.append(("$unserved", ChartTheme.unserved.light)) }
    if !forming.isEmpty { plots.append(("$forming", ChartTheme.forming.light)) }
    if !unused.isEmpty { plots.append(("$unused", ChartTheme.forming.light)) }
    return plots
  }

  /// Hole and double have an entry even if there is none, so that a reader sees that they are absent.
  func legend(_ lanes: OwnershipLanes) -> [(text: String, colour: String)] {
    var entries = named.map { (nodes.name(of: $0), nodes.tone(of: $0).light) }
    if !others.isEmpty { entries.append((nodes.othersName, ChartTheme.others.light)) }
    for (state, text) in OwnershipLanes.names where lanes.lane(of: state) != nil {
      switch state {
      case .hole: entries.append((text, ChartTheme.hole.light))
      case .unreached: entries.append((text, ChartTheme.unreached.light))
      case .unserved: entries.append((text, ChartTheme.unserved.light))
      default: entries.append((text, ChartTheme.double.light))
      }
    }
    // A bucket that forms is not in use either: one entry is enough.
    if !unused.isEmpty {
      entries.append(("not in use", ChartTheme.forming.light))
    } else if !forming.isEmpty {
      entries.append(("forming", ChartTheme.forming.light))
    }
    return entries
  }

  /// gnuplot lines: the name of each coloured node, in the largest of its areas that has room for it.
  /// - Parameters:
  ///   - width: pixels for a unit of the time axis.
  ///   - height: pixels of a band.
  func names(width: Double, height: Double) -> String {
    var text = ""
    for node in named {
      let name = nodes.name(of: node).shortened(to: 18)
      // A letter is about 8 pixels wide and a line 15 high.
      let room = owners[node].filter {
        ($0.right - $0.left) * width >= 8 * Double(name.count) + 6 && ($0.top - $0.bottom) * height >= 15
      }
      func size(_ area: Area) -> Double { (area.right - area.left) * (area.top - area.bottom) }
      guard let area = room.max(by: { size($0) < size($1) }) else { continue }
      text += "set label \(Chart.quoted(name)) at \(Chart.number((area.left + area.right) / 2)), "
      text += "\(Chart.number((area.bottom + area.top) / 2)) center front "
      text += "textcolor rgb '\(nodes.ink(of: node).light)'\n"
    }
    return text
  }
}
