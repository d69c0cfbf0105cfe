import Glibc
import Testing

@testable import LinuxBackend

/// Files whose close waits for the kernel. The queue that closes them stands still here for a while, as the kernel does
/// in the middle of a grace period.
@Suite(.serialized)
struct PacketSocketTests {
  @Test func anOwnerDoesNotWaitUntilItsFileIsClosed() {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    defer { close(ends[0]) }
    #expect(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
    closingStands {
      drop(Descriptor(owning: ends[1], closesAside: true))
      #expect(!isAtEnd(ends[0]), "the owner is gone, its file is still open")
    }
    #expect(isAtEnd(ends[0]), "it is closed as soon as the queue goes on")
  }

  @Test func otherFilesAreClosedAtOnce() {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    defer { close(ends[0]) }
    #expect(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
    closingStands {
      drop(Descriptor(owning: ends[1]))
      #expect(isAtEnd(ends[0]))
    }
  }

  @Test(.enabled(if: geteuid() == 0, "a packet socket needs root"))
  func aPacketSocketIsClosedAside() throws {
    let loopback = Int32(if_nametoindex("lo"))
    var number: Int32 = -1
    try closingStands {
      let socket = try PacketSocket.open(interface: loopback, type: FrameSocket.EtherType.probe.rawValue)
      number = socket.number
      drop(socket)
      #expect(fcntl(number, F_GETFD) >= 0)
    }
    #expect(fcntl(number, F_GETFD) == -1)
  }

  private func drop(_ descriptor: consuming Descriptor) {}

  /// Runs `body` while nothing is closed aside, and then waits until all of it is.
  private func closingStands(_ body: () throws -> Void) rethrows {
    Descriptor.aside.suspend()
    defer {
      Descriptor.aside.resume()
      Descriptor.aside.sync {}
    }
    try body()
  }

  /// Whether the other end of a pipe is closed.
  private func isAtEnd(_ reader: Int32) -> Bool {
    var byte: UInt8 = 0
    return read(reader, &byte, 1) == 0
  }
}
