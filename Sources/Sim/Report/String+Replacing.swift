extension String {
  /// Each sign that a table names is replaced by what it says.
  ///
  /// A sign here is a scalar and not a `Character`: with an accent behind it a quotation mark is another character to
  /// Swift, and the same quotation mark to everything that reads the text afterwards.
  /// - Parameter table: what to write for a sign; `nil`: the sign itself.
  func replacing(signs table: (Unicode.Scalar) -> String?) -> String {
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if let text = table(scalar) { result += text.unicodeScalars } else { result.append(scalar) }
    }
    return String(result)
  }
}
