import FarmFile
import Glibc

extension HostPreflight {
  /// Whether the program of `notify:` exists and may be run; no check without `notify:`.
  func notifyCommand() -> [PreflightCheck] {
    guard let notify = setup.farm.notify else { return [] }
    let name = "notify command"
    let program = notify.command.program
    guard program.hasPrefix("/") else {
      return [PreflightCheck(name, .ok("the shell finds '\(program)' when it runs"))]
    }
    var status = stat()
    let fix = "put it there on every node, or change farm.notify.command"
    if stat(program, &status) != 0 {
      let reason = SystemReason(errno).text
      return [PreflightCheck(name, .fails("\(program): \(reason)", fix: fix))]
    }
    guard status.st_mode & S_IFMT == S_IFREG, access(program, X_OK) == 0 else {
      return [
        PreflightCheck(
          name, .fails("\(program) cannot be run", fix: "make it executable: chmod +x \(program)"))
      ]
    }
    return [PreflightCheck(name, .ok(program))]
  }
}

extension ShellCommand {
  /// The program: the first word of a shell line.
  fileprivate var program: String {
    let isLine = words.count == 3 && words[0] == "/bin/sh" && words[1] == "-c"
    return isLine ? words[2].split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "" : words[0]
  }
}
