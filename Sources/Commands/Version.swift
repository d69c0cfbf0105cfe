/// The version that `--version`, reports, the status and the metrics show. All programs are released together.
public enum Version {
  public static let number = "0.1.0"
}
