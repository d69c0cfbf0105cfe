/// What `--version`, the status and the metrics say.
enum Version {
  static let number = "0.1.0"
  static let text = "farmd \(number)"
}
