import Testing

@Test func place() { #expect(Bool(true)) }
