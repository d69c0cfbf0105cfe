import Engine
import FarmFile
import Testing

@testable import LinuxBackend

/// What nodes tell each other beside heartbeats.
struct NodeNoteTests {
  static let digest = Digest(rawValue: 77)
  static let keys = FileKeys(
    [FileKey("farm.virtual_ip", list: ["192.0.2.1"])] + (0..<200).map { FileKey("key\($0)", "value \($0)") })

  static func notes(_ keys: FileKeys = keys, digest: Digest = digest, node: Int = 1) -> [NodeNote] {
    NodeNote.notes(of: keys.bytes, digest: digest, farmID: 7, node: NodeID(node))
  }

  @Test func everyKindOfNoteReadsBackAsItWasAndFitsADatagram() {
    let holds = NodeNote(
      farmID: 9, node: NodeID(3),
      content: .holds([NodeNote.Hold(node: NodeID(2), left: .milliseconds(4711))]))
    #expect(NodeNote(holds.bytes) == holds)
    let longest = NodeNote(farmID: 9, node: NodeID(3), content: .longest(bytes: 1452))
    #expect(NodeNote(longest.bytes) == longest)
    for length in 0..<longest.bytes.count { #expect(NodeNote(longest.bytes.prefix(length)) == nil) }
    let notes = Self.notes()
    #expect(notes.count > 1)
    for note in notes {
      #expect(note.bytes.count <= Limits.maximumDatagramBytes && NodeNote(note.bytes) == note)
      #expect(note.bytes.withUnsafeBytes(NodeNote.begins))
    }
    #expect(NodeNote.notes(of: [], digest: Self.digest, farmID: 7, node: NodeID(1)).count == 1)
    #expect(
      NodeNote.notes(
        of: Array(repeating: 0, count: 1_000_000), digest: Self.digest, farmID: 7, node: NodeID(1)) == [])
  }

  @Test func anythingElseIsRefusedWhateverIsCutOffOrChanged() {
    let holds = NodeNote(
      farmID: 9, node: NodeID(3),
      content: .holds([NodeNote.Hold(node: NodeID(2), left: .milliseconds(4711))])
    ).bytes
    for length in 0..<holds.count { #expect(NodeNote(holds.prefix(length)) == nil) }
    let keys = Self.notes()[0].bytes
    for length in 0..<26 { #expect(NodeNote(keys.prefix(length)) == nil) }
    for byte in 0..<26 {
      var changed = keys
      changed[byte] = 255
      if let note = NodeNote(changed), case .keys(_, let part, let parts, _) = note.content {
        #expect(part < parts && parts <= NodeNote.maximumParts && note.node.index < Limits.maximumNodes)
      }
    }
    #expect(!DatagramGateTests.heartbeat().withUnsafeBytes(NodeNote.begins))
  }

  /// The gate lets through what a node says from its own address with the key, and counts the rest.
  @Test func theGateLetsThroughWhatANodeSaysWithTheKeyAndCountsTheRest() {
    var gate = DatagramGateTests.gate()
    func admit(_ note: NodeNote, _ source: String, key: Authenticator = DatagramGateTests.authenticator)
      -> NodeNote?
    {
      var bytes = note.bytes
      key.seal(&bytes)
      return bytes.withUnsafeBytes { gate.admitNote($0, from: IPAddress(parsing: source), on: NetworkID(0)) }
    }
    let note = Self.notes()[0]
    #expect(admit(note, "10.1.0.2") == note)
    #expect(admit(note, "10.1.0.9") == nil && gate.counters.unknownSource == 1)
    #expect(admit(note, "10.1.0.1") == nil && gate.counters.malformed == 1)
    #expect(
      admit(note, "10.1.0.2", key: Authenticator(key: AuthenticatorTests.two)) == nil
        && gate.counters.badMAC == 1)
    var foreign = note
    foreign.farmID = 8
    #expect(admit(foreign, "10.1.0.2") == nil && gate.counters.foreignFarm == 1)
  }

  @Test func keysArePutTogetherInAnyOrderAndThoseOfTwoConfigurationsSideBySide() {
    var heard = NotesHeard()
    let other = FileKeys(Self.keys.list + [FileKey("more", "yes")])
    let all = Self.notes().reversed() + Self.notes(other, digest: Digest(rawValue: 78))
    for note in all.dropLast() { heard.take(note, at: .zero) }
    #expect(heard.keys(of: Self.digest) == Self.keys && heard.keys(of: Digest(rawValue: 78)) == nil)
    heard.take(Array(all).last!, at: .zero)
    #expect(heard.keys(of: Digest(rawValue: 78)) == other)
    #expect(heard.configuration(of: NodeID(1), at: .zero) == Digest(rawValue: 78))
    #expect(heard.hasOther(than: [Self.digest], at: .zero))
    #expect(!heard.hasOther(than: [Digest(rawValue: 78)], at: .zero))
    // A word counts for a while.
    let later = Instant.zero + NotesHeard.patience + .milliseconds(1)
    #expect(heard.configuration(of: NodeID(1), at: later) == nil && !heard.hasOther(than: [], at: later))
  }

  @Test func littleIsToldAtATimeAndAllOfItAgainOnlyAfterAPause() {
    var told = NotesTold()
    let notes = Self.notes()
    var sent: [Instant] = []
    var now = Instant.zero
    for _ in 0..<100 {
      let next = told.next(keys: { notes }, each: { [] }, at: now)
      #expect(next.count <= NotesTold.burst)
      sent += next.map { _ in now }
      now = now + NotesTold.tick
    }
    #expect(sent.count == notes.count * 5, "in ten seconds, five times")
    var idle = NotesTold()
    #expect(idle.next(keys: { nil }, each: { [] }, at: .zero).isEmpty)
  }

  @Test func whichKeyANodesHeartbeatsAreMadeWithIsToldWhenItChanges() {
    let (one, two) = (AuthenticatorTests.one, AuthenticatorTests.two)
    var gate = DatagramGateTests.gate(Authenticator(key: one, previous: two))
    var told: [String] = []
    gate.onKey = { told.append("\($0.rawValue) \($1)") }
    func hear(_ key: Authenticator, from source: String) {
      var bytes = DatagramGateTests.heartbeat()
      key.seal(&bytes)
      _ = DatagramGateTests.admit(bytes, source, &gate)
    }
    let (first, second) = (Authenticator(key: one), Authenticator(key: two))
    #expect(first.fingerprint != second.fingerprint && Authenticator.text(1) == "00000001")
    hear(first, from: "10.1.0.1")
    #expect(told == [])
    // A datagram that node 1 relays has the trailer of node 0.
    hear(second, from: "10.1.0.2")
    #expect(told == [])
    hear(second, from: "10.1.0.1")
    hear(second, from: "10.1.0.1")
    hear(first, from: "10.1.0.1")
    #expect(
      told == ["0 \(Authenticator.text(second.fingerprint))", "0 \(Authenticator.text(first.fingerprint))"])
  }
}
