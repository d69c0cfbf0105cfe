import Engine

/// Keys of a farm file with their values, in a fixed order. Equal files give equal keys, however they are written.
///
/// Nodes tell each other the ``bytes``. Heartbeats carry the digest.
public struct FileKeys: Sendable, Hashable {
  public var list: [FileKey]

  public init(_ list: [FileKey]) { self.list = list }

  /// The fingerprint of all keys and values, in their order. Never 0.
  public var digest: Digest {
    var digest = Digest()
    let bytes = bytes
    digest.combine(UInt64(bytes.count))
    for start in stride(from: 0, to: bytes.count, by: 8) {
      digest.combine(bytes[start..<min(start + 8, bytes.count)].reduce(0) { $0 << 8 | UInt64($1) })
    }
    return digest.rawValue == 0 ? Digest(rawValue: 1) : digest
  }

  /// Everything as bytes. A text is its length in two bytes, then UTF-8. A key is 1 for a list or 0, its path, the
  /// number of its values in two bytes, and the values. Numbers are big-endian. Longer texts and lists are cut.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func put(_ number: Int) { bytes += [UInt8(number >> 8 & 255), UInt8(number & 255)] }
    func put(_ text: String) {
      let letters = text.utf8.prefix(FileKeys.longest)
      put(letters.count)
      bytes += letters
    }
    for key in list {
      bytes.append(key.isList ? 1 : 0)
      put(key.path)
      put(min(key.values.count, FileKeys.longest))
      for value in key.values.prefix(FileKeys.longest) { put(value) }
    }
    return bytes
  }

  private static let longest = Int(UInt16.max)

  /// Reads ``bytes``; `nil` for anything else. Characters that a terminal would not print are replaced, since another
  /// machine wrote them.
  public init?(bytes: [UInt8]) {
    var rest = bytes[...]
    func take(_ count: Int) -> ArraySlice<UInt8>? {
      guard rest.count >= count else { return nil }
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
    func number() -> Int? { take(2).map { Int($0[$0.startIndex]) << 8 | Int($0[$0.startIndex + 1]) } }
    func text() -> String? {
      guard let letters = number().flatMap(take) else { return nil }
      var shown = String.UnicodeScalarView()
      for scalar in String(decoding: letters, as: UTF8.self).unicodeScalars {
        shown.append(scalar.value < 32 || 127..<160 ~= scalar.value ? "?" : scalar)
      }
      return String(shown)
    }
    list = []
    while let kind = take(1)?.first {
      guard kind <= 1, let path = text(), let count = number() else { return nil }
      var values: [String] = []
      for _ in 0..<count {
        guard let value = text() else { return nil }
        values.append(value)
      }
      list.append(FileKey(path: path, values: values, isList: kind == 1))
    }
    guard rest.isEmpty else { return nil }
  }
}

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
