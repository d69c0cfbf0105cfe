import ArgumentParser
import Commands
import Foundation
import LinuxBackend

/// `farmd clear`: take away what a daemon left that was killed.
struct ClearCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear",
    abstract: "Take away what a daemon left that did not end in good order.",
    discussion: """
      A daemon that was killed leaves its tables and, for five seconds, the virtual IP; the next one takes them over or \
      clears up. This does it where none will be started: addresses, tables, the shared MAC in the interface's filter. \
      It refuses while a daemon of this node runs. The systemd unit calls it when it gives a daemon up.

      EXAMPLES
        farmd clear --node node1

      EXIT CODES
      \(ExitTable.farmd.text)
      """)

  @OptionGroup var options: FarmOptions

  func run() throws {
    let setup = try options.read()
    guard geteuid() == 0 else {
      throw ExitReason.unavailable.refusing("farmd needs root: it keeps the kernel's packet filter")
    }
    do throws(DriverError) { try FarmDriver.clear(setup) } catch {
      throw ExitReason(error).refusing("\(error)")
    }
    print("what farmd had put into the kernel is taken away")
  }
}
