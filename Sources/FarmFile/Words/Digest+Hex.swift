import Engine

extension Digest {
  /// Sixteen hexadecimal digits, as people and reports see a digest.
  public var hex: String {
    let digits = String(rawValue, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
