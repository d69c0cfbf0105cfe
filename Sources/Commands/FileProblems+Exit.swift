import FarmFile

extension Result where Failure == FileProblems {
  /// The content of the file.
  /// - Throws: ``ExitReason/badInput``, after one line on standard error for each problem.
  public func orBadInput() throws -> Success {
    switch self {
    case .success(let content): return content
    case .failure(let found): throw ExitReason.badInput.saying(found)
    }
  }
}
