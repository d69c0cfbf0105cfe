import FarmFile
import Foundation

/// Lines of a file or of standard input. Memory is bounded, whatever their number and length.
struct LineReader {
  /// A longer line is cut here and marked. No line of a client list is nearly as long.
  static let longestLine = 1024

  /// One line without its ending (LF or CR LF).
  struct Line {
    /// From 1.
    var number: Int
    var bytes: UnsafeRawBufferPointer
    var isCut: Bool
  }

  let descriptor: Int32

  /// Calls `body` with every line. Text after the last line feed is a line too, unless it is empty. The bytes are valid
  /// during the call only.
  /// - Throws: what `body` throws, or ``ReadError``.
  func readLines(_ body: (Line) throws -> Void) throws {
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    /// The begin of a line whose end has not been read yet.
    var carried: [UInt8] = []
    var number = 0

    func emit(_ bytes: UnsafeRawBufferPointer) throws {
      number += 1
      var length = bytes.count
      if length > 0, bytes[length - 1] == UInt8(ascii: "\r") { length -= 1 }
      let kept = UnsafeRawBufferPointer(rebasing: bytes.prefix(min(length, Self.longestLine)))
      try body(Line(number: number, bytes: kept, isCut: length > Self.longestLine))
    }

    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress!, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw ReadError(reason: SystemReason(errno).text)
      }
      if count == 0 { break }
      try chunk.withUnsafeBytes { whole in
        var rest = UnsafeRawBufferPointer(rebasing: whole.prefix(count))
        while let end = memchr(rest.baseAddress!, 0x0a, rest.count) {
          let length = UnsafeRawPointer(end) - rest.baseAddress!
          let line = UnsafeRawBufferPointer(rebasing: rest.prefix(length))
          if carried.isEmpty {
            try emit(line)
          } else {
            carried += line.prefix(Self.longestLine + 2)
            try carried.withUnsafeBytes { try emit($0) }
            carried.removeAll(keepingCapacity: true)
          }
          rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(length + 1))
          if rest.isEmpty { return }
        }
        if carried.count <= Self.longestLine { carried += rest }
      }
    }
    if !carried.isEmpty { try carried.withUnsafeBytes { try emit($0) } }
  }
}

/// Why a file could not be read to its end, in the system's words.
struct ReadError: Error {
  var reason: String
}
