import Testing

/// The rooms of a target refer downwards only, as `docs/architecture.md` says.
@Suite struct RoomTests {
  /// The targets whose rooms the page lists.
  private static let targets = ["LinuxBackend", "Lab"]

  @Test(arguments: targets) func everyFolderIsARoomOfThePage(_ target: String) throws {
    let rooms = try Rooms.real(target)
    #expect(Set(rooms.files.keys.map(Rooms.room)).sorted() == rooms.rows.map(\.name).sorted())
  }

  @Test(arguments: targets) func aRoomRefersOnlyToRoomsBelowIt(_ target: String) throws {
    let rooms = try Rooms.real(target)
    #expect(rooms.strays.map(\.description) == [])
    for (i, row) in rooms.rows.enumerated() {
      #expect(row.below.isSubset(of: rooms.rows[..<i].map(\.name)), "\(row.name) refers to a room above it")
    }
  }

  @Test(arguments: targets) func thePageNamesNoRoomThatIsNotReferredTo(_ target: String) throws {
    let rooms = try Rooms.real(target)
    let real = rooms.references.reduce(into: [String: Set<String>]()) {
      $0[$1.from, default: []].insert($1.to)
    }
    for row in rooms.rows { #expect(row.below == real[row.name] ?? [], "\(row.name)") }
  }

  @Test func aReferenceUpwardsIsFound() {
    let page = """
      | rooms of `Made` | what | refers to |
      |---|---|---|
      | `Low` | lamps | |
      | `Up/High` | switches of `Low` lamps | `Low` |
      | `Top` | houses | `High` |
      """
    let rooms = Rooms(
      rows: Rooms.rows(of: "Made", in: page),
      files: [
        "Low/Lamp.swift": "struct Lamp { var state: Switch.State; enum House {} }",
        "Up/High/Switch.swift": "struct Switch { enum State { case on } }\nextension Lamp {}",
        "Top/House.swift":
          "// Lamp\nstruct House { let text = \"Lamp\", more = \"\\(Switch().text(\")\"))\", lamp: Lamp }",
      ])
    #expect(rooms.rows.map(\.below) == [[], ["Low"], ["Up/High"]])
    #expect(
      rooms.strays.map(\.description) == [
        "Low/Lamp.swift names Switch of Up/High", "Top/House.swift names Lamp of Low",
      ])
    #expect(rooms.references.contains { $0.file == "Top/House.swift" && $0.to == "Up/High" })
  }

  @Test func wordsOfCommentsAndStringsAreNoReferences() {
    let words = SwiftWords(
      """
      /* One /* Two */ Three */ let four: Four = "Five \\(Six(a: "Seven \\(Eight.nine)")) Ten" // Eleven
      let twelve = \"\""
        Thirteen "Fourteen" \\(Fifteen)
        \"\""
      private final class Sixteen: Seventeen<Eighteen> { struct Nineteen {} }
      let twenty = x.Twenty ?? Four.Other
      """)
    #expect(words.named == ["Four", "Six", "Eight", "Fifteen", "Sixteen", "Seventeen", "Eighteen"])
    #expect(words.declared == ["Sixteen"])
  }
}
