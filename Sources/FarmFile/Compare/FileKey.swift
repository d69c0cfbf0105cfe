/// One key of a farm file with what it says, as text: what two files, or two nodes, are compared by.
public struct FileKey: Sendable, Hashable {
  /// As `--set` takes it, such as `farm.virtual_ip`; entries of mappings by their names.
  public let path: String
  /// The elements of a list, each compared by itself; one value where it is no list.
  public let values: [String]
  public let isList: Bool

  public init(_ path: String, _ value: String) { (self.path, values, isList) = (path, [value], false) }

  /// - Parameter list: in an order that counts; where it does not, sorted by the caller.
  public init(_ path: String, list: [String]) { (self.path, values, isList) = (path, list, true) }

  init(path: String, values: [String], isList: Bool) {
    (self.path, self.values, self.isList) = (path, values, isList)
  }
}
