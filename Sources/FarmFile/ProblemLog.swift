/// Collects every problem of one input, so that all of them can be shown at once.
///
/// All readers of one document share it. It must not cross threads.
public final class ProblemLog {
  /// The input as the operator named it.
  public let file: String
  /// Whether a file that other users may write is refused; see ``FileGuard``.
  let isGuarded: Bool
  private var found: [Problem] = []
  /// By the place of a mapping that lacks keys: the index of its problem in ``found``, and the keys.
  private var missing: [Place: (index: Int, keys: [(key: String, expected: String)])] = [:]

  public init(file: String, isGuarded: Bool = false) {
    self.file = file
    self.isGuarded = isGuarded
  }

  /// Everything found so far, by position, each once. Of too many only the first; the last then says how many more
  /// there are.
  public var problems: [Problem] {
    var sorted: [Problem] = []
    for problem in found.sorted() where problem != sorted.last { sorted.append(problem) }
    guard sorted.count > FileLimits.problems else { return sorted }
    var rest = sorted[FileLimits.problems]
    rest.message = "\(sorted.count - FileLimits.problems) problems more from here on"
    (rest.expected, rest.nearest) = (nil, nil)
    return sorted.prefix(FileLimits.problems) + [rest]
  }

  /// The valid name that was most likely meant. A word of another product counts as well. `nil` once a file has asked
  /// too often, since each answer compares all names.
  public func nearest(to name: String, among candidates: [String]) -> String? {
    guard found.count < FileLimits.problems else { return nil }
    return ForeignWords.ours(for: name, among: candidates) ?? NearestName.of(name, among: candidates)
  }

  public var isEmpty: Bool { found.isEmpty }

  /// How many problems were found so far. If it is the same before and after a step, nothing was wrong in that step.
  public private(set) var count = 0

  /// Whether something at exactly this place has been reported.
  func hasProblem(at place: Place) -> Bool { found.contains { $0.place == place } }

  public func add(_ place: Place, _ message: String, expected: String? = nil, nearest: String? = nil) {
    count += 1
    found.append(
      Problem(
        file: file, place: place, message: ProblemLog.oneLine(message), expected: expected, nearest: nearest))
  }

  /// Reports that a mapping lacks a key. Several missing keys of one mapping are one problem.
  func add(_ place: Place, missing key: String, expected: String) {
    guard var lack = missing[place] else {
      missing[place] = (found.count, [(key, expected)])
      return add(place, "'\(key)' is missing", expected: expected)
    }
    guard !lack.keys.contains(where: { $0.key == key }) else { return }
    count += 1
    lack.keys.append((key, expected))
    missing[place] = lack
    let names = lack.keys.map { "'\($0.key)'" }
    found[lack.index].message =
      names.dropLast().joined(separator: ", ") + " and \(names[names.count - 1]) are missing"
    found[lack.index].expected = lack.keys.map { "for '\($0.key)' \($0.expected)" }.joined(separator: ", ")
  }

  /// Takes over the problems of a file that this one includes.
  public func take(_ other: ProblemLog) {
    count += other.count
    found += other.found
  }

  /// Makes a message one readable line: an operator's text may have line breaks, or be a megabyte long.
  private static func oneLine(_ message: String) -> String {
    let longest = 240
    var line = String.UnicodeScalarView()
    for scalar in message.unicodeScalars {
      if line.count == longest { return String(line) + "..." }
      line.append(PlainText.isPlain(scalar) ? scalar : " ")
    }
    return String(line)
  }
}
