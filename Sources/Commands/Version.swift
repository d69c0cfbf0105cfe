/// What `--version`, reports, the status and the metrics say: the programs are released together.
public enum Version {
  public static let number = "0.1.0"
}
