import Engine

/// The last minute of one interface's frames, in the format of a pcap file.
///
/// Frames are kept by the second in which they arrived. Whole seconds are dropped: those older than a minute, and the
/// oldest if the bytes exceed the limit. So memory is bounded.
/// - Source: the libpcap file format, `pcap-savefile(5)`, with nanoseconds.
struct FrameTail: Sendable {
  static let length = Duration.seconds(60)
  /// The most bytes of a frame that are kept.
  static let longestFrame = 256

  private struct Second: Sendable {
    var begin: Instant
    var bytes: [UInt8]
  }

  private let mostBytes: Int
  private var seconds: [Second] = []
  private(set) var byteCount = 0

  /// - Parameter mostBytes: the most bytes that are kept in all.
  init(mostBytes: Int = 4 << 20) { self.mostBytes = mostBytes }

  /// - Parameters:
  ///   - at: when the frame arrived, by the monotonic clock.
  ///   - wall: the same in nanoseconds since 1970, for the pcap file.
  ///   - length: bytes of the frame on the wire.
  mutating func append(_ frame: UnsafeRawBufferPointer, length: Int, at: Instant, wall: UInt64) {
    if seconds.last.map({ at - $0.begin >= .seconds(1) }) ?? true {
      seconds.append(Second(begin: at, bytes: []))
    }
    let kept = frame.prefix(FrameTail.longestFrame)
    let last = seconds.count - 1
    let before = seconds[last].bytes.count
    for number in [
      UInt32(truncatingIfNeeded: wall / 1_000_000_000), UInt32(wall % 1_000_000_000), UInt32(kept.count),
      UInt32(length),
    ] { seconds[last].bytes.append(little: number) }
    seconds[last].bytes += kept
    byteCount += seconds[last].bytes.count - before
    while let first = seconds.first, seconds.count > 1,
      byteCount > mostBytes || at - first.begin > FrameTail.length
    {
      byteCount -= first.bytes.count
      seconds.removeFirst()
    }
  }

  /// A pcap file with the frames between two instants, to the second; `nil` if none are kept.
  func file(from begin: Instant, to end: Instant) -> [UInt8]? {
    let wanted = seconds.filter { $0.begin + .seconds(1) > begin && $0.begin <= end }
    if wanted.isEmpty { return nil }
    var file: [UInt8] = []
    file.append(little: 0xa1b2_3c4d)
    // Version 2.4.
    file.append(little: 2 | 4 << 16)
    file.append(little: 0)
    file.append(little: 0)
    file.append(little: UInt32(FrameTail.longestFrame))
    // Ethernet.
    file.append(little: 1)
    for second in wanted { file += second.bytes }
    return file
  }
}

extension [UInt8] {
  fileprivate mutating func append(little number: UInt32) {
    for shift in stride(from: UInt32(0), through: 24, by: 8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
