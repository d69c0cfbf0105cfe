/// The programs that a piece of shell calls, by the names in the place of a command.
///
/// It knows only this much of the shell: quotes, substitutions, here-documents, redirections, `case`, functions, and
/// programs that start another one, such as `sudo` or `timeout`. Programs that are known only when it runs, such as
/// `"$program"`, are left out, and so are programs that are called by a path, such as `scripts/test.sh`.
public struct ShellWords {
  /// Names of the programs, each as often as it is called.
  public private(set) var programs: [String] = []
  private var functions: Set<String> = []
  private let text: [Character]
  private var i = 0

  /// - Parameter text: shell, of any number of lines.
  public static func programs(in text: String) -> [String] {
    var words = ShellWords(text)
    words.commands(until: nil)
    return words.programs.filter { !words.functions.contains($0) }
  }

  private init(_ text: String) { self.text = Array(text.replacing("\\\n", with: " ")) }

  private static let builtins: Set<String> = [
    ".", ":", "[", "alias", "bg", "break", "builtin", "cd", "command", "compgen", "continue", "declare",
    "echo", "eval",
    "exec", "exit", "export", "false", "getopts", "hash", "jobs", "kill", "let", "local", "mapfile", "printf",
    "pwd",
    "read", "readarray", "readonly", "return", "set", "shift", "shopt", "source", "times", "trap", "type",
    "ulimit",
    "umask", "unset", "wait",
  ]
  private static let reserved: Set<String> = [
    "!", "do", "done", "elif", "else", "fi", "if", "then", "time", "until", "while", "{", "}", "esac",
  ]
  /// Programs that start another one: how many words come before its name, and which options take a word.
  private static let starters: [String: (words: Int, options: Set<String>)] = [
    "chroot": (1, []), "chrt": (1, []), "env": (0, ["-u"]), "exec": (0, []), "nsenter": (0, ["-t"]),
    "prlimit": (0, []), "setpriv": (0, ["--pdeathsig", "--reuid", "--regid"]), "stdbuf": (0, []),
    "sudo": (0, []), "timeout": (1, ["-s", "-k"]), "unshare": (0, ["--propagation"]),
    "xargs": (0, ["-n", "-I", "-P"]),
  ]

  private var current: Character? { i < text.count ? text[i] : nil }
  private func follows(_ word: String) -> Bool { text[i...].starts(with: word) }

  /// Reads commands up to a closing bracket, which is taken.
  private mutating func commands(until end: Character?) {
    var isCommand = true
    var starter: (words: Int, options: Set<String>)?
    var (isOption, isPattern, isShell) = (false, false, false)
    while let next = current {
      if next == end, !isPattern {
        i += 1
        return
      }
      switch next {
      case " ", "\t": i += 1
      case "#": while let c = current, c != "\n" { i += 1 }
      case "\n", ";", "&", "|", "(", ")", "`":
        if follows("((") {
          skip(past: "))")
          continue
        }
        if follows(";;") { isPattern = true }
        if next == ")" { isPattern = false }
        if next == "\n" { hereDocuments() }
        i += 1
        (isCommand, starter, isOption, isShell) = (true, nil, false, false)
      case "<", ">": redirection()
      default:
        let (word, raw) = self.word()
        if isPattern {
          if word == "esac" { (isPattern, isCommand) = (false, false) }
          continue
        }
        // A number before < or > is a descriptor.
        if let c = current, c == "<" || c == ">", word.allSatisfy(\.isNumber) { continue }
        if isShell, isOption {
          take(shell: raw)
          (isOption, isShell) = (false, false)
          continue
        }
        if isShell {
          isOption = word == "-c"
          continue
        }
        guard isCommand else { continue }
        if let known = starter {
          if isOption {
            isOption = false
            continue
          }
          if word.hasPrefix("-") {
            isOption = known.options.contains(word)
            continue
          }
          if known.words > 0 {
            starter = (known.words - 1, known.options)
            continue
          }
        }
        if isAssignment(word) { continue }
        if ShellWords.reserved.contains(word) { continue }
        if word == "for" || word == "case" || word == "[[" || word == "function" {
          let end = word == "case" ? " in" : word == "[[" ? "]]" : "\n"
          if word == "for" { skipFor() } else { skip(past: end) }
          isPattern = word == "case"
          isCommand = word != "[["
          continue
        }
        if follows("()") {
          functions.insert(word)
          i += 2
          continue
        }
        note(word)
        starter = ShellWords.starters[base(word)]
        isShell = ["sh", "bash"].contains(base(word))
        if base(word) == "trap" {
          isShell = true
          isOption = true
        }
        isCommand = starter != nil
      }
    }
  }

  private func base(_ word: String) -> String { String(word.split(separator: "/").last ?? "") }

  private mutating func note(_ word: String) {
    guard !word.contains("$"), !ShellWords.builtins.contains(word), word.first != "-" else { return }
    let isOfSystem = ["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/"].contains { word.hasPrefix($0) }
    guard isOfSystem || !word.contains("/") else { return }
    let name = base(word)
    guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "-_+.".contains($0) }) else {
      return
    }
    programs.append(name)
  }

  /// Takes a line of shell inside another one, as after `sh -c`.
  private mutating func take(shell text: String) { programs += ShellWords.programs(in: text) }

  private func isAssignment(_ word: String) -> Bool {
    guard let at = word.firstIndex(of: "="), at != word.startIndex else { return false }
    return word[..<at].allSatisfy { $0.isLetter || $0.isNumber || "_+[]$".contains($0) }
  }

  private mutating func skip(past end: String) {
    while i < text.count, !follows(end) {
      if text[i] == "\n" && end == "]]" { break }
      i += 1
    }
    i = min(text.count, i + end.count)
  }

  /// `for x in words`, or `for ((...))`.
  private mutating func skipFor() {
    while let c = current, c != ";", c != "\n" {
      if follows("((") { skip(past: "))") } else { i += 1 }
    }
  }

  private var pending: [String] = []

  private mutating func redirection() {
    if follows("<(") || follows(">(") {
      i += 2
      return commands(until: ")")
    }
    let isHere = follows("<<") && !follows("<<<")
    while let c = current, "<>&|".contains(c) { i += 1 }
    if isHere, current == "-" { i += 1 }
    while current == " " { i += 1 }
    if current == "(" || current == "<" { return redirection() }
    let target = word().raw
    if isHere { pending.append(target) }
  }

  /// Skips the texts of here-documents, which begin in the next line.
  private mutating func hereDocuments() {
    for end in pending {
      while i < text.count {
        i += 1
        let line = text[i...].prefix { $0 != "\n" }
        i += line.count
        if line.drop(while: { $0 == " " || $0 == "\t" }).elementsEqual(end) { break }
      }
    }
    pending = []
  }

  /// A word, as it stands and with what is in quotes; a substitution is read for commands and stands as `$`.
  private mutating func word() -> (word: String, raw: String) {
    var word = ""
    while let c = current, !" \t\n;&|<>()`".contains(c) || word.last == "=" && c == "(" {
      i += 1
      switch c {
      case "\\":
        if let next = current {
          word.append(next)
          i += 1
        }
      case "'":
        while let next = current, next != "'" {
          word.append(next)
          i += 1
        }
        i += 1
      case "\"":
        while let next = current, next != "\"" {
          if next == "\\", i + 1 < text.count {
            word.append(text[i + 1])
            i += 2
          } else if next == "$" {
            i += 1
            dollar(&word)
          } else {
            word.append(next)
            i += 1
          }
        }
        i += 1
      case "$": dollar(&word)
      case "(":  // The words of an array.
        while let next = current, next != ")" {
          if " \t\n".contains(next) { i += 1 } else { _ = self.word() }
        }
        i += 1
      default: word.append(c)
      }
    }
    // A character that no case handles must not stop the reading.
    if word.isEmpty, let c = current, !" \t\n;&|<>()`".contains(c) { i += 1 }
    return (word, word)
  }

  /// What follows a dollar sign.
  private mutating func dollar(_ word: inout String) {
    word.append("$")
    if follows("((") {
      skip(past: "))")
    } else if current == "(" {
      i += 1
      commands(until: ")")
    } else if current == "{" {
      skip(past: "}")
    } else if current == "'" {
      i += 1
      while let next = current, next != "'" { i += next == "\\" ? 2 : 1 }
      i += 1
    }
  }
}
