import Foundation

/// Reads a whole text file within ``FileLimits``, or says why it cannot.
public enum TextFile {
  /// - Parameter path: `-` for standard input.
  /// - Returns: `nil` after reporting a file that is absent, a folder, not permitted, too large, or no UTF-8 text.
  public static func read(path: String, log: ProblemLog) -> String? {
    let data: Data
    do {
      let file = try InputFile(path: path)
      if log.isGuarded, path != "-",
        let fault = FileGuard(descriptor: file.handle.fileDescriptor, path: path).fault
      {
        log.add(.whole, fault.found, expected: fault.expected)
        return nil
      }
      data = try file.handle.read(upToCount: FileLimits.bytes + 1) ?? Data()
    } catch let error as InputFile.Unreadable {
      log.add(.whole, error.reason)
      return nil
    } catch {
      log.add(.whole, "cannot be read: \(error.systemReason)")
      return nil
    }
    guard data.count <= FileLimits.bytes else {
      log.add(.whole, "larger than \(FileLimits.bytes) bytes", expected: "a farm or scenario file")
      return nil
    }
    return text(of: Array(data), log: log)
  }

  /// Bytes as text. Reports the first byte that cannot be part of a text.
  public static func text(of bytes: [UInt8], log: ProblemLog) -> String? {
    if let encoding = foreignEncoding(bytes) {
      log.add(.position(line: 1, column: 1), "not a text file: \(encoding)", expected: "UTF-8")
      return nil
    }
    var line = 1
    var column = 1
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    while true {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let units):
        let scalar = Unicode.UTF8.decode(units)
        if scalar == "\0" {
          log.add(.position(line: line, column: column), "not a text file: a zero byte")
          return nil
        }
        if scalar == "\n" { (line, column) = (line + 1, 1) } else { column += 1 }
      case .emptyInput:
        // Some editors write a byte order mark, which is no part of the text.
        let isMarked = bytes.starts(with: [0xef, 0xbb, 0xbf])
        return String(decoding: isMarked ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
      case .error:
        log.add(.position(line: line, column: column), "not a text file: not UTF-8")
        return nil
      }
    }
  }

  /// What a file is that begins as no UTF-8 text does; `nil` for any other.
  private static func foreignEncoding(_ bytes: [UInt8]) -> String? {
    switch (bytes.first, bytes.dropFirst().first) {
    case (0xff, 0xfe), (0xfe, 0xff): "UTF-16"
    case (0x1f, 0x8b): "compressed by gzip"
    case (0x50, 0x4b): bytes.dropFirst(2).first == 3 ? "an archive, or a spreadsheet" : nil
    default: nil
    }
  }
}
