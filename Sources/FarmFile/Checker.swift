import Engine

/// One check of a node's application or surroundings: what is looked at, how often, and what follows.
public struct Checker: Sendable, Hashable {
  /// The name in logs and reports: `tcp 80` unless the operator chose one.
  public var name: String
  public var probe: Probe
  public var settings: CheckerSettings

  public init(name: String, probe: Probe, settings: CheckerSettings) {
    self.name = name
    self.probe = probe
    self.settings = settings
  }
}

/// What a checker looks at.
public enum Probe: Sendable, Hashable {
  /// Whether a TCP connection can be opened.
  case tcp(IPAddress, port: UInt16)
  case http(HTTPProbe)
  /// Whether an address answers an ICMP echo.
  case ping(IPAddress)
  /// Whether a network interface is up and has a carrier.
  case interface(String)
  /// Whether a process of this name runs.
  case process(String)
  /// Whether a command ends with exit code 0.
  case command(ShellCommand)

  public var kind: CheckerKind {
    switch self {
    case .tcp: .tcp
    case .http: .http
    case .ping: .ping
    case .interface: .interface
    case .process: .process
    case .command: .command
    }
  }
}

/// A GET request and the answers that are good.
public struct HTTPProbe: Sendable, Hashable {
  public var address: IPAddress
  public var port: UInt16
  /// From the slash on, the query included.
  public var path: String
  /// The `Host` header.
  public var host: String
  /// The statuses that are good.
  public var expected: [ClosedRange<Int>]

  public init(address: IPAddress, port: UInt16, path: String, host: String, expected: [ClosedRange<Int>]) {
    self.address = address
    self.port = port
    self.path = path
    self.host = host
    self.expected = expected
  }
}

/// A program and its arguments.
public struct ShellCommand: Sendable, Hashable {
  /// The program's path first; not empty.
  public var words: [String]

  /// A program without a shell.
  public init(words: [String]) {
    precondition(!words.isEmpty, "a command without a program")
    self.words = words
  }

  /// A line for `/bin/sh -c`.
  public init(line: String) { words = ["/bin/sh", "-c", line] }

  /// The command as an operator would type it.
  public var text: String {
    words.count == 3 && words[0] == "/bin/sh" && words[1] == "-c" ? words[2] : words.joined(separator: " ")
  }
}
