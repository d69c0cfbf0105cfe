import ArgumentParser

/// A seed on the command line, as a scenario file has it.
enum Seed {
  /// Any unsigned number of 64 bits, decimal or hexadecimal.
  @Sendable static func read(_ text: String) throws -> UInt64 {
    let value = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    guard let value, text.allSatisfy({ $0.isASCII && ($0.isHexDigit || $0 == "x") }) else {
      throw ValidationError("expected a whole number, 0 to \(UInt64.max)")
    }
    return value
  }
}
