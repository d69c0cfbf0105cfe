import ArgumentParser
import Commands
import FarmFile
import Foundation
import LinuxBackend

/// `farmd clear`: removes what killed daemons have left.
struct ClearCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear",
    abstract: "Take away what daemons left that did not end in good order.",
    discussion: """
      A daemon that was killed leaves its tables and, for five seconds, the virtual IP; the next one takes them over or \
      clears up. This does it where none will be started: addresses, tables, the shared MAC in the interface's filter. \
      It goes by what the kernel and the state directory tell, so the farm file may be wrong or missing. What a running \
      farmd keeps is left alone. The systemd unit calls it when it gives a daemon up.

      EXAMPLES
        farmd clear
        farmd clear --table farm2

      EXIT CODES
      \(ExitTable.farmd.text(of: .good, .usage, .unavailable, .cannotWrite))
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The farm file, for the folders that it names alone; \(FarmFiles.usual) if it is there.",
      valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "Where daemons remember what they changed; the file's, or \(LinuxSettings.defaultStateDirectory).",
      valueName: "folder"))
  var stateDirectory: String?

  @Option(help: ArgumentHelp("Only the tables of this name, and what belongs to them.", valueName: "name"))
  var table: String?

  func run() throws {
    try RootUser.require()
    let file = settings()
    let run = file?.runDirectory ?? LinuxSettings.defaultRunDirectory
    let state = stateDirectory ?? file?.stateDirectory ?? LinuxSettings.defaultStateDirectory
    let found: (gone: [String], kept: [DriverError])
    do throws(DriverError) {
      found = try FarmDriver.clear(stateDirectory: state, runDirectory: run, table: table)
    } catch { throw ExitReason(error).refusing("\(error)") }
    if found.gone.isEmpty, let kept = found.kept.first { throw ExitReason(kept).refusing("\(kept)") }
    for kept in found.kept { Console.complain("left alone: \(kept)") }
    let gone = found.gone.joined(separator: ", ")
    try Console.write(
      gone.isEmpty ? "there is nothing of farmd's to take away\n" : "taken away: \(PlainText.line(gone))\n")
  }

  /// The settings of the farm file, for its folders; `nil` after one line on standard error if it cannot be read.
  private func settings() -> LinuxSettings? {
    let path = config ?? FarmFiles.usual
    if config == nil, access(path, F_OK) != 0 { return nil }
    switch DaemonFile.read(path: path, isGuarded: true) {
    case .success(let file): return file.linux
    case .failure(let found):
      Console.complain(
        "\(found.problems[0])\nfarmd clear goes on without the file, and with the usual folders")
      return nil
    }
  }
}
