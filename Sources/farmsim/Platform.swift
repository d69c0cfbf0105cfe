import Foundation

/// The platform that a digest is valid for: two machines with the same text give the same bytes.
enum Platform {
  /// System, processor and C library: `Linux x86_64, glibc 2.39`. The library counts since random draws use its
  /// logarithms and sines.
  static var text: String {
    var names = utsname()
    guard uname(&names) == 0 else { return library }
    return "\(string(names.sysname)) \(string(names.machine)), \(library)"
  }

  /// As the library names itself: `glibc 2.39`.
  private static var library: String {
    var text = [CChar](repeating: 0, count: 64)
    guard confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count) > 0 else { return "unknown C library" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The text in a C array of fixed length.
  private static func string<Tuple>(_ tuple: Tuple) -> String {
    withUnsafeBytes(of: tuple) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
