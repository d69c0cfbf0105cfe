import FarmFile

/// Why a daemon cannot start; its description is one line for the operator.
public enum DriverError: Error, Sendable, CustomStringConvertible {
  /// A key file cannot be used.
  case key(KeyFileError)
  /// The machine lacks something: an interface, an address, a permission, nftables.
  case machine(String)
  /// A file or folder cannot be written.
  case cannotWrite(String)
  /// Another daemon runs with the same run directory.
  case alreadyRunning(String)
  /// Another daemon has tables of this name in the same network namespace.
  case tableTaken(String, by: String)

  public var description: String {
    switch self {
    case .key(let error): "\(error)"
    case .machine(let reason): reason
    case .cannotWrite(let reason): reason
    case .alreadyRunning(let file): "another farmd runs on this machine: it holds \(file)"
    case .tableTaken(let table, let holder):
      "the tables '\(table)' are kept by \(PlainText.line(holder)); expected a linux.table of its own for each farmd of a network namespace"
    }
  }
}
