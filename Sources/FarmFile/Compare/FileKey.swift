/// One key of a farm file with its value, as text: two files, or two nodes, are compared by it.
public struct FileKey: Sendable, Hashable {
  /// The path as `--set` takes it, such as `farm.virtual_ip`. Entries of mappings go by their names.
  public let path: String
  /// The elements of a list, each compared by itself; one value if it is no list.
  public let values: [String]
  public let isList: Bool

  public init(_ path: String, _ value: String) { (self.path, values, isList) = (path, [value], false) }

  /// - Parameter list: in an order that counts. If the order does not count, the caller must sort it.
  public init(_ path: String, list: [String]) { (self.path, values, isList) = (path, list, true) }

  init(path: String, values: [String], isList: Bool) {
    (self.path, self.values, self.isList) = (path, values, isList)
  }
}
