import CLinux
import Glibc
import LinuxBackend

/// A network of its own inside the kernel, without a name: it exists as long as something holds it.
///
/// A descriptor of this process, a thread inside, and every process and socket inside hold it. All of them end with
/// this process, in whatever way it ends, so that nothing is left behind and two labs cannot meet.
public final class NetworkNamespace: Sendable {
  /// The name for messages.
  public let name: String
  private let thread: LabThread
  private let file: Descriptor

  /// Creates one with nothing but a loopback interface that is down.
  /// - Throws: a ``LabError`` if the kernel does not permit it.
  public init(name: String) throws(LabError) {
    self.name = name
    let thread = LabThread(name: "lab-\(name)")
    self.thread = thread
    let number = try thread.run { () throws(LabError) -> Int32 in
      guard clinux_unshare(CLONE_NEWNET) == 0 else { throw .system("cannot make a network namespace") }
      let descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .system("cannot hold a network namespace") }
      return descriptor
    }
    file = Descriptor(owning: number)
  }

  /// Valid while this object exists.
  public var descriptor: Int32 { file.number }

  /// A path to it while this process lives, for `nsenter --net=` and `ip link set ... netns`.
  public var path: String { "/proc/\(getpid())/fd/\(descriptor)" }

  /// Runs `body` on a thread inside and waits for it. A socket opened there stays in the namespace, wherever it is used
  /// later.
  public func run<Result: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try thread.run(body)
  }

  /// Moves the calling thread inside for good. Meant for threads that do nothing else.
  func enter() throws(LabError) {
    guard clinux_setns(descriptor, CLONE_NEWNET) == 0 else { throw .system("cannot enter \(name)") }
  }

  /// Sets kernel parameters of the namespace, by their path below `/proc/sys/net`.
  func set(_ parameters: [(path: String, value: String)]) throws(LabError) {
    try run { () throws(LabError) in
      for parameter in parameters {
        let file = "/proc/sys/net/\(parameter.path)"
        let target = open(file, O_WRONLY | O_CLOEXEC)
        guard target >= 0 else { throw .system("cannot set \(file)") }
        defer { close(target) }
        guard write(target, parameter.value, parameter.value.utf8.count) > 0 else {
          throw .system("cannot set \(file) to \(parameter.value)")
        }
      }
    }
  }

  /// Opens a socket for all frames on an interface inside.
  /// - Parameters:
  ///   - waits: whether a call waits until it has something to do.
  ///   - failure: the beginning of an error's text.
  func packetSocket(_ interface: String, waits: Bool, failure: String) throws(LabError) -> Descriptor {
    PacketSocket.owner(
      of: try run { () throws(LabError) -> Int32 in
        do throws(NetlinkSocket.Refusal) {
          return try PacketSocket.number(
            interface: Int32(if_nametoindex(interface)), type: PacketSocket.everyType, waits: waits)
        } catch { throw .system(failure, error.code) }
      })
  }

  /// Runs `ip -batch` inside.
  func ip(_ commands: [String]) throws(LabError) {
    let text = commands.joined(separator: "\n") + "\n"
    try run { [name] () throws(LabError) in
      let outcome = try Program.run("ip", ["-batch", "-"], input: text)
      guard outcome.status == 0 else { throw LabError("\(name): ip: \(outcome.complaint)") }
    }
  }
}
