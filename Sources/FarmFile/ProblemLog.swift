/// Collects every problem of one input, so that all of them can be shown at once.
///
/// It is shared by all readers of one document; it is not meant to cross threads.
public final class ProblemLog {
  /// As the operator named the input.
  public let file: String
  private var found: [Problem] = []

  public init(file: String) { self.file = file }

  /// Everything found so far, by position, each once.
  public var problems: [Problem] {
    var sorted: [Problem] = []
    for problem in found.sorted() where problem != sorted.last { sorted.append(problem) }
    return sorted
  }

  public var isEmpty: Bool { found.isEmpty }

  /// How many were found so far: equal before and after means that nothing was wrong in between.
  public var count: Int { found.count }

  public func add(_ place: Place, _ message: String, expected: String? = nil, nearest: String? = nil) {
    found.append(
      Problem(file: file, place: place, message: message, expected: expected, nearest: nearest))
  }
}
