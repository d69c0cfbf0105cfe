extension String {
  /// Replaces each sign that `table` has a text for.
  ///
  /// A sign here is a scalar and not a `Character`. To Swift, a quotation mark with an accent behind it is another
  /// character; to everything that reads the text later it is a quotation mark.
  /// - Parameter table: what to write for a sign; `nil`: the sign itself.
  func replacing(signs table: (Unicode.Scalar) -> String?) -> String {
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if let text = table(scalar) { result += text.unicodeScalars } else { result.append(scalar) }
    }
    return String(result)
  }
}
