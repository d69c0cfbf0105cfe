/// Logarithms without floating point, so that every platform computes the same table.
enum FixedPoint {
  /// `-log2((word + 1/2) / 2^64)` in units of 2^-32, rounded up by at most one unit: 0 to 64 * 2^32.
  ///
  /// The integer part is the number of leading zeros; each squaring of the mantissa yields one more binary digit.
  static func negatedLog2(_ word: UInt64) -> UInt64 {
    if word == 0 { return 64 << 32 }
    let shift = word.leadingZeroBitCount
    // The mantissa is in [1, 2), scaled by 2^63.
    var mantissa = word << UInt64(shift)
    var digits: UInt64 = 0
    for _ in 0..<32 {
      let (high, low) = mantissa.multipliedFullWidth(by: mantissa)
      digits <<= 1
      if high >> 63 == 1 {
        digits |= 1
        mantissa = high
      } else {
        mantissa = high << 1 | low >> 63
      }
    }
    return UInt64(shift + 1) << 32 - digits
  }
}
