/// What `--version` says.
enum Version {
  static let text = "farmsim 0.1.0"
}
