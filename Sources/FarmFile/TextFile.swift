import Foundation

/// Reads a text file whole, within ``FileLimits``, or says why not.
public enum TextFile {
  /// - Parameter path: `-` for standard input.
  /// - Returns: `nil` after reporting a file that is absent, too large, or not UTF-8 text.
  public static func read(path: String, log: ProblemLog) -> String? {
    guard let handle = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path) else {
      log.add(.whole, FileManager.default.fileExists(atPath: path) ? "cannot be read" : "no such file")
      return nil
    }
    let data: Data
    do {
      data = try handle.read(upToCount: FileLimits.bytes + 1) ?? Data()
    } catch {
      log.add(.whole, "cannot be read")
      return nil
    }
    guard data.count <= FileLimits.bytes else {
      log.add(.whole, "larger than \(FileLimits.bytes) bytes", expected: "a farm or scenario file")
      return nil
    }
    return text(of: Array(data), log: log)
  }

  /// Bytes as text; reports the first byte that no text has.
  public static func text(of bytes: [UInt8], log: ProblemLog) -> String? {
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
      case .emptyInput: return String(decoding: bytes, as: UTF8.self)
      case .error:
        log.add(.position(line: line, column: column), "not a text file: not UTF-8")
        return nil
      }
    }
  }
}
