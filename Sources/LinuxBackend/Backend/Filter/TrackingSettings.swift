import Glibc

/// The kernel settings of connection tracking that the filter's verdicts rely on.
///
/// They belong to the whole network namespace, so connections of other services on this host are judged by them too.
/// They stay when the daemon ends, since another farm may rely on them.
///
/// | setting | value | why |
/// |---|---|---|
/// | `nf_conntrack_tcp_loose` | 0 | a segment from the middle of a flow must not start tracking it: the flow may live on another node |
/// | `nf_conntrack_tcp_be_liberal` | 1 | a segment outside the window still belongs to its flow; as an unknown one it could be answered with a reset |
enum TrackingSettings {
  static let wanted: [(name: String, value: Int)] = [
    ("nf_conntrack_tcp_loose", 0), ("nf_conntrack_tcp_be_liberal", 1),
  ]

  /// Sets the values that differ, in the network namespace of the calling thread.
  /// - Returns: what was changed, in one line; `nil` if nothing had to be.
  static func apply() throws(FilterError) -> String? {
    var changes: [String] = []
    for (name, value) in wanted {
      let path = "/proc/sys/net/netfilter/\(name)"
      let old = try read(path)
      guard old != "\(value)" else { continue }
      try write(path, "\(value)")
      changes.append("\(name) set to \(value), was \(old)")
    }
    return changes.isEmpty ? nil : changes.joined(separator: "; ") + " (for the whole host)"
  }

  private static func read(_ path: String) throws(FilterError) -> String {
    var buffer = [UInt8](repeating: 0, count: 32)
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .setting(path: path, errno: errno) }
    defer { close(file) }
    let count = Glibc.read(file, &buffer, buffer.count)
    guard count >= 0 else { throw .setting(path: path, errno: errno) }
    return String(decoding: buffer[..<count].prefix { $0 > 32 }, as: UTF8.self)
  }

  private static func write(_ path: String, _ value: String) throws(FilterError) {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { throw .setting(path: path, errno: errno) }
    defer { close(file) }
    let bytes = Array(value.utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
      throw .setting(path: path, errno: errno)
    }
  }
}
