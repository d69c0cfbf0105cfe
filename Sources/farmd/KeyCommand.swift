import ArgumentParser
import Commands
import LinuxBackend

/// `farmd key`: makes a new key for a farm.
struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Write a new key file that only its owner can read.",
    discussion: """
      Every node of a farm needs the same key: make one and copy it to the others over a safe channel. An existing \
      file is never overwritten.

      EXAMPLES
        farmd key /etc/farmd/key

      EXIT CODES
      \(ExitTable.farmd.text(of: .good, .usage, .cannotWrite))
      """)

  @Argument(help: ArgumentHelp("The file to write.", valueName: "file")) var file: String

  func run() throws {
    do { try KeyFile.create(file) } catch { throw ExitReason.cannotWrite.refusing("\(error)") }
  }
}
