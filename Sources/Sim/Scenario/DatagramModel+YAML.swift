import Engine
import FarmFile

extension DatagramModel {
  /// The keys of a `flow:` block that only datagrams have.
  static let keys = ["patience", "on_move"]

  /// Reads the `flow:` block of a UDP rule; `nil` without a duration: each datagram is then a request of its own.
  init?(_ keys: YAMLKeys) {
    guard keys["duration"] != nil else { return nil }
    self.init()
    patience = keys["patience"]?.duration(in: .milliseconds(1) ... .seconds(86400)) ?? patience
    onMove = keys["on_move"]?.choice([("breaks", .breaks), ("survives", .survives)]) ?? onMove
  }

  /// Reports keys that flows of this transport do not have.
  static func check(_ keys: YAMLKeys, isUDP: Bool, log: ProblemLog) {
    let isFlow = keys["duration"] != nil
    for key in keys.present(among: ScenarioSection.flow.keys) {
      let message: (seen: String, expected: String)? =
        switch (isUDP, key) {
        case (false, _): DatagramModel.keys.contains(key) ? ("of a TCP flow", "a UDP rule") : nil
        case (true, "resets"): ("of a UDP rule", "a TCP rule")
        case (true, "retries"), (true, "duration"): nil
        case (true, _):
          isFlow ? nil : ("of single UDP requests", "'duration' beside it: then datagrams belong together")
        }
      if let message { log.add(keys.place(of: key), "'\(key)' \(message.seen)", expected: message.expected) }
    }
  }
}
