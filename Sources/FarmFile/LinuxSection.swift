/// The mappings of the `linux:` block and the keys that each may have.
public enum LinuxSection: String, KeySection {
  case linux, attachment, delivery

  public var path: String? {
    switch self {
    case .linux: "linux"
    case .attachment: "linux.addresses"
    case .delivery: "linux.delivery"
    }
  }

  public var keys: [String] {
    switch self {
    case .linux:
      [
        "interfaces", "addresses", "port", "delivery", "key_file", "previous_key_file", "shared_address",
        "shared_mac", "run_directory", "state_directory", "metrics", "gateway", "table",
      ]
    case .attachment: ["address", "interface"]
    case .delivery: ["multicast"]
    }
  }
}
