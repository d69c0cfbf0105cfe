/// The mappings that every file of a farm may have. Simulator and daemon skip what is for the other, but know its name.
public enum FileSection: String, KeySection {
  case file, network

  public var path: String? { self == .file ? "" : "networks" }

  public var keys: [String] {
    switch self {
    case .file:
      [
        "description", "about", "yes_if", "no_if", "farm", "networks", "kernel", "traffic", "faults", "run",
        "expect", "linux",
      ]
    case .network: ["carries", "delay", "loss", "duplication", "reordering", "links"]
    }
  }
}
