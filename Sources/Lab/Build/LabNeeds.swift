import Foundation

/// What a lab needs from the machine.
public enum LabNeeds {
  static let programs = ["ip", "nft", "setpriv"]

  /// What is missing, in one line; `nil` if nothing is.
  public static var missing: String? {
    var words = programs.filter { Program.path(of: $0) == nil }.map { "the program \($0)" }
    if geteuid() != 0 {
      words.insert("root", at: 0)
    } else if let reason = refusal {
      words.insert("network namespaces (\(reason))", at: 0)
    }
    return words.isEmpty ? nil : "the lab needs " + words.joined(separator: ", ")
  }

  /// Why the kernel does not let this process create namespaces; `nil` if it does.
  private static var refusal: String? {
    do throws(LabError) {
      _ = try NetworkNamespace(name: "try")
      return nil
    } catch { return error.description }
  }
}
