import ArgumentParser
import LinuxBackend

@main struct Farmd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "farmd", abstract: "Runs this node of a farm.")
}
