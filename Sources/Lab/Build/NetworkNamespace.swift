import CLinux
import Glibc
import LinuxBackend

/// A network of its own inside the kernel, without a name: it lives as long as somebody holds it.
///
/// It is held by a descriptor of this process, by a thread inside, and by every process and socket in it. Whatever
/// ends this process ends all of them, so nothing is ever left behind, and two labs cannot meet.
public final class NetworkNamespace: Sendable {
  /// For messages.
  public let name: String
  private let thread: LabThread
  private let file: Descriptor

  /// A new one, with nothing but a loopback interface that is down.
  /// - Throws: a ``LabError`` where the kernel does not permit it.
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

  /// Valid as long as this value lives.
  public var descriptor: Int32 { file.number }

  /// Where programs find it while this process lives, as for `nsenter --net=` and `ip link set ... netns`.
  public var path: String { "/proc/\(getpid())/fd/\(descriptor)" }

  /// Does something on a thread inside and waits for it. Sockets made there stay in the namespace wherever they are
  /// used later.
  public func run<Result: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try thread.run(body)
  }

  /// Moves the calling thread inside for good, which is meant for threads that do nothing else.
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

  /// A socket for all frames on an interface inside.
  /// - Parameters:
  ///   - waits: whether a call that has nothing to do waits.
  ///   - failure: what an error is to say.
  func packetSocket(_ interface: String, waits: Bool, failure: String) throws(LabError) -> Descriptor {
    Descriptor(
      owning: try run { () throws(LabError) -> Int32 in
        do throws(NetlinkSocket.Refusal) {
          return try PacketSocket.open(
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
