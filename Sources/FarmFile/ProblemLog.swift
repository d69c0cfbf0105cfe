/// Collects every problem of one input, so that all of them can be shown at once.
///
/// It is shared by all readers of one document; it is not meant to cross threads.
public final class ProblemLog {
  /// As the operator named the input.
  public let file: String
  private var found: [Problem] = []

  public init(file: String) { self.file = file }

  /// Everything found so far, by position, each once; of very many the first, and how many more there are.
  public var problems: [Problem] {
    var sorted: [Problem] = []
    for problem in found.sorted() where problem != sorted.last { sorted.append(problem) }
    guard sorted.count > FileLimits.problems else { return sorted }
    var rest = sorted[FileLimits.problems]
    rest.message = "\(sorted.count - FileLimits.problems) problems more from here on"
    (rest.expected, rest.nearest) = (nil, nil)
    return sorted.prefix(FileLimits.problems) + [rest]
  }

  /// The valid name that was most likely meant, also by a word of another product; `nil` once a file has asked too
  /// often, since each answer compares all names.
  public func nearest(to name: String, among candidates: [String]) -> String? {
    guard found.count < FileLimits.problems else { return nil }
    return ForeignWords.ours(for: name, among: candidates) ?? NearestName.of(name, among: candidates)
  }

  public var isEmpty: Bool { found.isEmpty }

  /// How many were found so far: equal before and after means that nothing was wrong in between.
  public var count: Int { found.count }

  /// Whether something at exactly this place has been reported.
  func hasProblem(at place: Place) -> Bool { found.contains { $0.place == place } }

  public func add(_ place: Place, _ message: String, expected: String? = nil, nearest: String? = nil) {
    found.append(
      Problem(
        file: file, place: place, message: ProblemLog.oneLine(message), expected: expected, nearest: nearest))
  }

  /// Takes over what was found in a file that this one includes.
  public func take(_ other: ProblemLog) { found += other.found }

  /// What an operator wrote may have line breaks, or be a megabyte long: a problem is one readable line.
  private static func oneLine(_ message: String) -> String {
    let longest = 240
    var line = String.UnicodeScalarView()
    for scalar in message.unicodeScalars {
      if line.count == longest { return String(line) + "..." }
      let isShown = scalar.properties.generalCategory != .control && !Character(scalar).isNewline
      line.append(isShown ? scalar : " ")
    }
    return String(line)
  }
}
