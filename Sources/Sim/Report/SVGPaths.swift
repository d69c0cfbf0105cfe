/// Joins neighbouring polygons of one colour into a single path: a third of the bytes for a picture of many rectangles.
enum SVGPaths {
  static func merged(_ svg: String) -> String {
    var result: [String] = []
    var colour: Substring = ""
    var path = ""
    func finish() {
      if !path.isEmpty { result.append("<path fill='\(colour)' d='\(path)'/>") }
      path = ""
    }
    for line in svg.split(separator: "\n", omittingEmptySubsequences: true) {
      guard let (fill, points) = polygon(line) else {
        finish()
        result.append(String(line))
        continue
      }
      if fill != colour { finish() }
      colour = fill
      path += outline(points)
    }
    finish()
    return result.joined(separator: "\n") + "\n"
  }

  /// The colour and the corners of `<polygon fill='#0072b2' points='1,2 3,4 '/>`.
  private static func polygon(_ line: Substring) -> (Substring, [[String]])? {
    let parts = line.split(separator: "'", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].trimmedStart == "<polygon fill=", parts[2] == " points=" else {
      return nil
    }
    let points = parts[3].split(separator: " ").map { $0.split(separator: ",").map { short($0) } }
    guard points.count > 2, points.allSatisfy({ $0.count == 2 }) else { return nil }
    return (parts[1], points)
  }

  private static func outline(_ p: [[String]]) -> String {
    if p.count == 4, p[0][1] == p[1][1], p[1][0] == p[2][0], p[2][1] == p[3][1], p[3][0] == p[0][0] {
      return "M\(p[0][0]) \(p[0][1])H\(p[1][0])V\(p[2][1])H\(p[0][0])z"
    }
    return "M" + p.map { "\($0[0]) \($0[1])" }.joined(separator: "L") + "z"
  }

  /// `12.50` as `12.5`, `12.00` as `12`.
  private static func short(_ number: Substring) -> String {
    guard number.contains(".") else { return String(number) }
    var text = String(number)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}

extension Substring {
  fileprivate var trimmedStart: Substring { drop { $0 == " " || $0 == "\t" } }
}
